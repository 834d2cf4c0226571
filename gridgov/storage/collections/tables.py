"""The table of collections: every column that ever leaves by a standard interface is written here."""

from __future__ import annotations

from types import MappingProxyType

from gridgov.core.layers import get_layer
from gridgov.errors import NotFoundError
from gridgov.storage.collections.catalogue import CARERS, EVERYBODY, OFFICE, Collection, Editing, Property

ADMINISTRATORS = frozenset({"administrator"})


def _layer(name: str, sql: dict[str, str] | None = None, roles: dict[str, frozenset[str]] | None = None) -> tuple[
    Property, ...
]:  # fmt: skip
    """Properties with the names, types and words of a layer; `sql` where a column is not simply ``t.name``."""
    return tuple(
        Property(
            column.name,
            (sql or {}).get(column.name, f"t.{column.name}"),
            column.type,
            (roles or {}).get(column.name, EVERYBODY),
            column.required or column.name == get_layer(name).key,
            column.values,
            column.english,
            column.chinese,
        )
        for column in get_layer(name).columns
    )


_COMMUNITIES = Collection(
    "communities",
    "Communities",
    "社区",
    """gridgov.division AS t
        LEFT JOIN gridgov.division AS p ON p.division_id = t.parent_id
        LEFT JOIN gridgov.division AS q ON q.division_id = p.parent_id""",
    "community_id",
    _layer(
        "communities",
        {
            "community_id": "t.division_id",
            "subdistrict": "(CASE p.level WHEN 'subdistrict' THEN p.name END)",
            "district": "(CASE p.level WHEN 'subdistrict' THEN q.name ELSE p.name END)",
            "division_code": "t.code",
        },
    ),
    kind="polygon",
    where="t.level = 'community'",
    mercator="t.geom_3857",
)

_BUILDINGS = Collection(
    "buildings",
    "Buildings",
    "楼栋",
    "gridgov.building AS t",
    "building_id",
    (
        *_layer("buildings", roles={"address": OFFICE}),
        Property("community_id", "t.community_id", "text", english="Community code", chinese="社区编码"),
        Property(
            "households_estimated",
            "t.households_estimated",
            "yes",
            english="Households estimated",
            chinese="户数为估计",
        ),
        Property("floors_source", "t.floors_source", "text", english="Source of floors", chinese="层数来源"),
    ),
    kind="polygon",
    mercator="t.geom_3857",
    editing=Editing(
        "building",
        ADMINISTRATORS,
        methods=frozenset({"PATCH"}),
        fixed=frozenset({"community_id", "households_estimated", "floors_source"}),
        shape=False,
        # a number that somebody gives is no estimate
        consequences={"households": {"households_estimated": False}, "floors": {"floors_source": "given"}},
    ),
)

_RENTAL_HOUSES = Collection(
    "rental_houses",
    "Rental houses",
    "出租屋",
    "gridgov.rental_house AS t",
    "rental_house_id",
    _layer("rental_houses"),
    kind="point",
    placeless=True,
    roles=CARERS,
    day="visited_on",
    personal=True,
    mercator="t.geom_3857",
    editing=Editing("rental_house", CARERS, by_role={"officer": frozenset({"PUT", "PATCH"})}),
)

_COUNTED = ("older_living_alone", "disability_support", "subsistence_allowance")
_RESIDENT_COUNTS = Collection(
    "resident_counts",
    "Residents counted by community",
    "社区居民统计",
    f"""(SELECT b.community_id, count(DISTINCT h.household_id)::integer AS households,
                count(*)::integer AS residents,
                {", ".join(f"count(*) FILTER (WHERE r.{name})::integer AS {name}" for name in _COUNTED)}
         FROM gridgov.resident AS r
         JOIN gridgov.household AS h ON h.household_id = r.household_id
         JOIN gridgov.building AS b ON b.building_id = h.building_id
         WHERE b.community_id IS NOT NULL
         GROUP BY b.community_id) AS t""",
    "community_id",
    (
        Property(
            "community_id", "t.community_id", "text", required=True, english="Community code", chinese="社区编码"
        ),
        Property("households", "t.households", "count", english="Households", chinese="户数"),
        Property("residents", "t.residents", "count", english="Residents", chinese="居民数"),
        *(
            Property(name, f"t.{name}", "count", english=column.english, chinese=column.chinese)
            for name in _COUNTED
            if (column := get_layer("residents").column(name)) is not None
        ),
    ),
    geometry=None,
    roles=CARERS,
)


def _points(name: str, english: str, chinese: str, table: str, roles: frozenset[str], personal: bool) -> Collection:
    """A layer of points with a table of its own, edited by administrators."""
    return Collection(
        name,
        english,
        chinese,
        f"gridgov.{table} AS t",
        get_layer(name).key,
        _layer(name),
        kind="point",
        placeless=not get_layer(name).geometry_required,
        roles=roles,
        personal=personal,
        editing=Editing(table, ADMINISTRATORS),
    )


def _groups(name: str, english: str, chinese: str, level: str, extra: tuple[Property, ...] = ()) -> Collection:
    return Collection(
        name,
        english,
        chinese,
        "gridgov.plan_group AS t",
        "group_id",
        (
            Property("group_id", "t.group_id", "text", required=True, english="Identifier", chinese="标识"),
            Property("plan_id", "t.plan_id", "text", required=True, english="Plan", chinese="方案"),
            Property("code", "t.code", "text", english="Code", chinese="编码"),
            Property("name", "t.name", "text", english="Name", chinese="名称"),
            Property("parent_id", "t.parent_id", "text", english="Lies in", chinese="上级"),
            Property("community_id", "t.community_id", "text", english="Community code", chinese="社区编码"),
            Property("households", "t.households", "count", required=True, english="Households", chinese="户数"),
            Property("kind", "t.kind", "text", english="Kind", chinese="类型"),
            *extra,
        ),
        kind="polygon",
        where=f"t.level = '{level}'",
        of_plan=True,
        mercator="t.geom_3857",
    )


_STOREYS = (
    Property("unit", "t.unit", "count", english="Unit", chinese="单元"),
    Property("storey_from", "t.storey_from", "count", english="From storey", chinese="起始楼层"),
    Property("storey_to", "t.storey_to", "count", english="To storey", chinese="终止楼层"),
)

_PLANS = Collection(
    "plans",
    "Plans",
    "划分方案",
    "gridgov.plan AS t",
    "plan_id",
    (
        Property("plan_id", "t.plan_id", "text", required=True, english="Plan", chinese="方案"),
        Property("name", "t.name", "text", required=True, english="Name", chinese="名称"),
        Property("status", "t.status", "text", values=("draft", "published"), english="Status", chinese="状态"),
        Property("published_from", "t.published_from", "day", english="In force from", chinese="生效日期"),
        Property("published_to", "t.published_to", "day", english="In force until", chinese="失效日期"),
    ),
    geometry=None,
    day="published_from",
)

COLLECTIONS: MappingProxyType[str, Collection] = MappingProxyType(
    {
        collection.name: collection
        for collection in (
            _COMMUNITIES,
            _BUILDINGS,
            Collection(
                "barriers",
                "Barriers",
                "障碍",
                "gridgov.barrier AS t",
                "barrier_id",
                _layer("barriers"),
                kind="barrier",
                mercator="t.geom_3857",
            ),
            Collection(
                "compounds",
                "Compounds",
                "小区",
                "gridgov.compound AS t",
                "compound_id",
                _layer("compounds"),
                kind="polygon",
                mercator="t.geom_3857",
            ),
            _points("shelters", "Shelters", "应急避难场所", "shelter", EVERYBODY, False),
            _points("facilities", "Facilities", "公共设施", "facility", EVERYBODY, False),
            _points("liaisons", "Cadre liaisons", "联系干部", "liaison", CARERS, True),
            _points("volunteers", "Volunteers", "志愿者", "volunteer", CARERS - {"officer"}, True),
            _RENTAL_HOUSES,
            Collection(
                "households",
                "Households",
                "住户",
                "gridgov.household AS t",
                "household_id",
                _layer("households"),
                geometry=None,
                roles=CARERS,
                personal=True,
            ),
            Collection(
                "residents",
                "Residents' needs for service",
                "居民服务需求",
                "gridgov.resident AS t",
                "resident_id",
                _layer("residents"),
                geometry=None,
                roles=CARERS,
                personal=True,
            ),
            _RESIDENT_COUNTS,
            _groups("clusters", "Household clusters", "楼组", "cluster", _STOREYS),
            _groups("sections", "Sections", "片区", "section"),
            _groups("grids", "Grids", "网格", "grid"),
            _PLANS,
        )
    }
)
"""Every collection by name."""


def get_collection(name: str, role: str) -> Collection:
    """Return a collection that a role sees.

    Parameters
    ----------
    name : str
        Name of a collection.
    role : str
        The caller's role.

    Returns
    -------
    Collection
        The collection.

    Raises
    ------
    NotFoundError
        When there is none, or not for this role: the words are the same.
    """
    found = COLLECTIONS.get(name)
    if found is None or role not in found.roles:
        raise NotFoundError(f"There is no collection {name[:100]!r}. See /ogc/collections.")
    return found


def list_collections(role: str) -> list[Collection]:
    """Return the collections that a role sees.

    Parameters
    ----------
    role : str
        The caller's role.

    Returns
    -------
    list of Collection
        In the order of the table.
    """
    return [one for one in COLLECTIONS.values() if role in one.roles]
