"""The layers gridgov reads: their columns, types and allowed values, and the columns it will not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType

from gridgov.errors import ForbiddenColumnError, NotFoundError

GEOMETRIES = MappingProxyType(
    {
        "polygon": ("Polygon", "MultiPolygon"),
        "point": ("Point", "MultiPoint", "Polygon", "MultiPolygon"),
        "barrier": ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    }
)
"""Geometry types accepted for each kind of layer; a polygon given for a point layer becomes its inner point."""


@dataclass(frozen=True)
class Column:
    """One column of a layer."""

    name: str
    type: str
    """`text`, `count` (whole number >= 0), `number` (>= 0), `yes` (true/false) or `day`."""
    required: bool = False
    values: tuple[str, ...] = ()
    round_up: bool = False
    """Whether a fraction counts as the next whole number, so that nobody is lost; else its cell is left empty."""
    greatest: int | None = None
    """A number above this is not believed: its cell is left empty."""
    english: str = ""
    chinese: str = ""


@dataclass(frozen=True)
class Layer:
    """One layer: its key, its geometry and its columns."""

    name: str
    key: str
    columns: tuple[Column, ...]
    geometry: str | None = None
    geometry_required: bool = False
    make_key: bool = False
    """Whether a missing key is made from the geometry instead of refusing the row."""

    def column(self, name: str) -> Column | None:
        """Return one column.

        Parameters
        ----------
        name : str
            Name of the column.

        Returns
        -------
        Column or None
            The column, None when the layer has none of that name.
        """
        return next((column for column in self.columns if column.name == name), None)


def get_layer(name: str) -> Layer:
    """Return the layer called `name`.

    Parameters
    ----------
    name : str
        One of `LAYERS`.

    Returns
    -------
    Layer
        The layer.

    Raises
    ------
    NotFoundError
        When there is no such layer; the message lists those there are.
    """
    if name not in LAYERS:
        known = ", ".join(LAYERS)
        raise NotFoundError(f"There is no layer {name!r}. Layers are: {known}.", layer=name)
    return LAYERS[name]


def require_allowed_columns(names: Iterable[str], source: str = "the file") -> None:
    """Refuse a table with a column about what gridgov will not hold (domain rule: section 5).

    Parameters
    ----------
    names : iterable of str
        Column names as the file spells them.
    source : str
        What to call the file in the message.

    Raises
    ------
    ForbiddenColumnError
        Naming each such column and its subject.

    Examples
    --------
    >>> require_allowed_columns(["household_id", "floors"])
    >>> require_allowed_columns(["姓名", "宗教信仰"])
    Traceback (most recent call last):
        ...
    gridgov.errors.ForbiddenColumnError: ...
    """
    found = {name: subject for name in names for subject, rule in FORBIDDEN.items() if rule.search(_plain(name))}
    if found:
        listed = "; ".join(f"{name!r} ({subject})" for name, subject in found.items())
        raise ForbiddenColumnError(
            f"{source} has columns that gridgov does not hold: {listed}. Nothing was read. "
            "Delete these columns and send the file again.",
            columns=found,
        )


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-]+", "_", str(name).strip().lower())


FORBIDDEN = MappingProxyType(
    {
        "ethnicity": re.compile(r"ethnic|(^|_)race(_|$)|民族|族别"),
        "religion": re.compile(r"religio|(^|_)faith|宗教|信仰|信教"),
        "political status": re.compile(r"politic|party_member|政治|党员|党派"),
        "petitioning": re.compile(r"petition|信访|上访"),
        "drug use": re.compile(r"(^|_)drug|narcotic|addict|吸毒|涉毒|戒毒"),
        "mental illness": re.compile(r"mental|psychiat|schizo|精神"),
        "infectious illness": re.compile(
            r"infect|(^|_)(hiv|aids|covid|tb)(_|$)|hepatitis|tubercul|传染|艾滋|肝炎|结核|确诊|阳性"
        ),
        "criminal record": re.compile(r"crimin|convict|offender|parole|犯罪|前科|刑满|刑释|社区矫正|案底"),
        "family planning": re.compile(r"family_planning|contracept|steriliz|计划生育|计生|节育|避孕"),
        "nationality policing": re.compile(r"nationality|passport|国籍|护照"),
        "face or fingerprint": re.compile(
            r"biometric|(^|_)face(_|$|id)|fingerprint|iris_|人脸|面部|指纹|虹膜|生物特征"
        ),
        "tracks of people": re.compile(r"trajector|(^|_)tracks?(_|$)|location_history|轨迹|行踪"),
    }
)
"""Subjects that no layer, field or report may hold, and how their columns are recognised."""


_PERSON_BASIS = ("registered_here", "registered_elsewhere", "tenant", "other")
_LET_TYPES = ("hour", "day", "month", "year")

LAYERS: MappingProxyType[str, Layer] = MappingProxyType(
    {
        layer.name: layer
        for layer in (
            Layer(
                "communities",
                "community_id",
                (
                    Column("community_id", "text", True, english="Community code", chinese="社区编码"),
                    Column("name", "text", True, english="Name", chinese="名称"),
                    Column("subdistrict", "text", english="Subdistrict", chinese="街道"),
                    Column("district", "text", english="District", chinese="区"),
                    Column("division_code", "text", english="12-digit division code", chinese="区划代码"),
                    Column("kind", "text", values=("urban", "rural"), english="Kind", chinese="类型"),
                    Column("population", "count", english="Population", chinese="人口"),
                ),
                "polygon",
                True,
            ),
            Layer(
                "buildings",
                "building_id",
                (
                    Column("building_id", "text", english="Building code", chinese="楼栋编码"),
                    Column("households", "count", round_up=True, english="Households", chinese="户数"),
                    Column("floors", "count", greatest=130, english="Floors", chinese="层数"),
                    Column("height_m", "number", greatest=650, english="Height (m)", chinese="高度（米）"),
                    Column("units", "count", greatest=200, english="Units", chinese="单元数"),
                    Column("use", "text", english="Use", chinese="用途"),
                    Column("name", "text", english="Name", chinese="名称"),
                    Column("address", "text", english="Address", chinese="地址"),
                ),
                "polygon",
                True,
                make_key=True,
            ),
            Layer(
                "barriers",
                "barrier_id",
                (
                    Column("barrier_id", "text", english="Barrier code", chinese="障碍编码"),
                    Column("kind", "text", True, ("hard", "soft", "minor"), english="Kind", chinese="类型"),
                    Column("name", "text", english="Name", chinese="名称"),
                ),
                "barrier",
                True,
                make_key=True,
            ),
            Layer(
                "compounds",
                "compound_id",
                (
                    Column("compound_id", "text", english="Compound code", chinese="小区编码"),
                    Column("name", "text", english="Name", chinese="名称"),
                    Column(
                        "kind",
                        "text",
                        values=("residential", "industrial", "campus", "market", "hospital", "other"),
                        english="Kind",
                        chinese="类型",
                    ),
                ),
                "polygon",
                True,
                make_key=True,
            ),
            Layer(
                "households",
                "household_id",
                (
                    Column("household_id", "text", True, english="Household code", chinese="户编码"),
                    Column("building_id", "text", True, english="Building code", chinese="楼栋编码"),
                    Column("unit", "count", english="Unit", chinese="单元"),
                    Column("storey", "count", english="Storey", chinese="楼层"),
                    Column("room", "text", english="Room", chinese="房号"),
                ),
            ),
            Layer(
                "rental_houses",
                "rental_house_id",
                (
                    Column("rental_house_id", "text", True, english="Rental house code", chinese="出租屋编码"),
                    Column("building_id", "text", english="Building code", chinese="楼栋编码"),
                    Column("unit", "count", english="Unit", chinese="单元"),
                    Column("storey", "count", english="Storey", chinese="楼层"),
                    Column("rooms", "count", True, english="Rooms", chinese="间数"),
                    Column("tenants", "count", True, english="Tenants", chinese="租住人数"),
                    Column("let_type", "text", True, _LET_TYPES, english="Let by", chinese="出租方式"),
                    Column("letter_signed", "yes", english="Responsibility letter signed", chinese="已签责任书"),
                    Column("terminal_installed", "yes", english="Terminal installed", chinese="已装自主申报终端"),
                    Column("tenants_registered", "count", english="Tenants registered", chinese="已登记人数"),
                    Column("permits_due", "count", english="Permits due", chinese="应办居住证"),
                    Column("permits_held", "count", english="Permits held", chinese="已办居住证"),
                    Column(
                        "house_class",
                        "text",
                        values=("green", "yellow", "orange", "red"),
                        english="House class",
                        chinese="房屋分类",
                    ),
                    Column("visited_on", "day", english="Last visit", chinese="最近走访"),
                ),
                "point",
            ),
            Layer(
                "residents",
                "resident_id",
                (
                    Column("resident_id", "text", True, english="Resident code", chinese="居民编码"),
                    Column("household_id", "text", True, english="Household code", chinese="户编码"),
                    Column("birth_year", "count", english="Birth year", chinese="出生年份"),
                    Column("basis", "text", values=_PERSON_BASIS, english="Residence basis", chinese="居住性质"),
                    Column("older_living_alone", "yes", english="Older and living alone", chinese="独居老人"),
                    Column("disability_support", "yes", english="Disability support", chinese="残疾人服务"),
                    Column("subsistence_allowance", "yes", english="Subsistence allowance", chinese="低保"),
                ),
            ),
            Layer(
                "liaisons",
                "liaison_id",
                (
                    Column("liaison_id", "text", True, english="Liaison code", chinese="联系干部编码"),
                    Column("name", "text", True, english="Name", chinese="姓名"),
                    Column("workplace", "text", english="Workplace", chinese="单位"),
                    Column("subdistrict", "text", english="Subdistrict", chinese="街道"),
                    Column("capacity", "count", english="Most sections", chinese="最多片区数"),
                ),
                "point",
                True,
            ),
            Layer(
                "shelters",
                "shelter_id",
                (
                    Column("shelter_id", "text", True, english="Shelter code", chinese="场所编码"),
                    Column("name", "text", True, english="Name", chinese="名称"),
                    Column("address", "text", english="Address", chinese="地址"),
                    Column("phone", "text", english="Telephone", chinese="电话"),
                    Column("indoor", "yes", english="Indoor", chinese="室内"),
                    Column("area_m2", "number", english="Effective area (m²)", chinese="有效面积（平方米）"),
                    Column("capacity", "count", english="Capacity", chinese="容量"),
                    Column("sign_name", "yes", english="Sign shows name", chinese="标识有名称"),
                    Column("sign_address", "yes", english="Sign shows address", chinese="标识有地址"),
                    Column("sign_phone", "yes", english="Sign shows telephone", chinese="标识有电话"),
                    Column("unsuitable_for", "text", english="Unsuitable for", chinese="不适用灾种"),
                ),
                "point",
                True,
            ),
            Layer(
                "facilities",
                "facility_id",
                (
                    Column("facility_id", "text", True, english="Facility code", chinese="设施编码"),
                    Column("name", "text", english="Name", chinese="名称"),
                    Column("kind", "text", True, english="Kind", chinese="类型"),
                ),
                "point",
                True,
            ),
            Layer(
                "volunteers",
                "volunteer_id",
                (
                    Column("volunteer_id", "text", True, english="Volunteer code", chinese="志愿者编码"),
                    Column("community_id", "text", english="Community code", chinese="社区编码"),
                    Column("active", "yes", english="Active", chinese="参与服务"),
                ),
                "point",
            ),
        )
    }
)
"""Every layer by name."""
