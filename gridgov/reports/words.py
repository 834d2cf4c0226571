"""Words of the reports in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from markupsafe import Markup, escape

from gridgov.errors import InputError
from gridgov.reports.glossary import MEASURES, RULES

LANGUAGES = ("zh", "en", "both")


@dataclass(frozen=True)
class Speaker:
    """Says a thing in the language of the report."""

    language: str = "both"

    def __post_init__(self) -> None:
        """Refuse a language there is not.

        Raises
        ------
        InputError
            When `language` is not one of `LANGUAGES`.
        """
        if self.language not in LANGUAGES:
            raise InputError(
                f"There is no report in {self.language!r}. Languages are: {', '.join(LANGUAGES)}.",
                language=self.language,
            )

    def text(self, chinese: str, english: str) -> str:
        """Return plain text, both languages joined by a space where both are asked for.

        Parameters
        ----------
        chinese : str
            The Chinese.
        english : str
            The English.

        Returns
        -------
        str
            Text.
        """
        return {"zh": chinese, "en": english}.get(self.language, f"{chinese} {english}")

    def html(self, chinese: str, english: str) -> Markup:
        """Return markup, the English smaller behind the Chinese where both are asked for.

        Parameters
        ----------
        chinese : str
            The Chinese.
        english : str
            The English.

        Returns
        -------
        Markup
            Text, escaped.
        """
        if self.language == "both":
            return Markup('<span lang="zh">{}</span> <span class="en" lang="en">{}</span>').format(chinese, english)
        return escape(self.text(chinese, english))

    def term(self, word: str) -> Markup:
        """Return the markup of a word of `WORDS`; unknown words come back as they are.

        Parameters
        ----------
        word : str
            The word.

        Returns
        -------
        Markup
            Text, escaped.
        """
        return self.html(*_find(word)) if _find(word) else escape(word)

    def label(self, word: str) -> str:
        """Return the plain text of a word of `WORDS`; unknown words come back as they are.

        Parameters
        ----------
        word : str
            The word.

        Returns
        -------
        str
            Text.
        """
        return self.text(*_find(word)) if _find(word) else word


def _find(word: str) -> tuple[str, str] | tuple[()]:
    return next((table[word] for table in (WORDS, MEASURES, RULES) if word in table), ())


WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # levels and things
        "district": ("区", "District"),
        "subdistrict": ("街道", "Subdistrict"),
        "community": ("社区", "Community"),
        "households": ("户数", "Households"),
        "clusters": ("楼组", "Clusters"),
        "sections": ("片区", "Sections"),
        "grids": ("网格", "Grids"),
        "liaisons": ("联系干部", "Liaisons"),
        "shelters": ("应急避难场所", "Shelters"),
        "rental_houses": ("出租屋", "Rental houses"),
        "communities": ("社区", "Communities"),
        "subdistricts": ("街道", "Subdistricts"),
        "findings": ("核查问题", "Findings"),
        "buildings": ("楼栋", "Buildings"),
        "cells": ("单元格", "Cells"),
        "atoms": ("最小单元", "Atoms"),
        "compounds": ("小区", "Compounds"),
        "barriers": ("阻隔线", "Barriers"),
        "facilities": ("服务设施", "Facilities"),
        "volunteers": ("志愿者", "Volunteers"),
        "people": ("人口", "People"),
        # states
        "met": ("达标", "met"),
        "short": ("未达标", "short"),
        "no data": ("无数据", "no data"),
        "no target": ("无目标", "no target"),
        "hidden": ("已隐去", "hidden"),
        "draft": ("草案", "draft"),
        "published": ("已发布", "published"),
        "error": ("错误", "error"),
        "warning": ("警告", "warning"),
        "note": ("提示", "note"),
        "beyond reach": ("服务半径外", "beyond reach"),
        "no capacity left": ("容量不足", "no capacity left"),
        "building-manager": ("楼长网格", "building manager"),
        "special": ("专属网格", "special"),
        # columns
        "code": ("编码", "Code"),
        "name": ("名称", "Name"),
        "kind": ("类型", "Kind"),
        "section": ("片区", "Section"),
        "unit": ("单元", "Unit"),
        "storeys": ("楼层", "Storeys"),
        "mean_size": ("组均户数", "Households a cluster"),
        "in_limits": ("规模合规", "Size within limits"),
        "liaison": ("联系干部", "Liaison"),
        "distance_m": ("距离（米）", "Distance (m)"),
        "mean_m": ("平均距离（米）", "Mean distance (m)"),
        "farthest_m": ("最远距离（米）", "Farthest (m)"),
        "workplace": ("单位", "Workplace"),
        "capacity": ("容量", "Capacity"),
        "sheltered": ("已安置人数", "People placed"),
        "beyond_reach": ("半径外人数", "People beyond reach"),
        "no_room": ("容量不足人数", "People without a place"),
        "free": ("剩余容量", "Places left"),
        "address": ("地址", "Address"),
        "phone": ("电话", "Telephone"),
        "sign_complete": ("标识完整", "Sign complete"),
        "unsuitable_for": ("不适用灾种", "Unsuitable for"),
        "indicator": ("指标", "Indicator"),
        "value": ("完成值", "Value"),
        "numerator": ("分子", "Numerator"),
        "denominator": ("分母", "Denominator"),
        "target": ("目标", "Target"),
        "state": ("状态", "State"),
        "source": ("依据", "Source"),
        "mark": ("依据级别", "Mark"),
        "measure": ("质量指标", "Measure"),
        "bar": ("标准", "Bar"),
        "counted_in": ("计量单位", "Counted in"),
        "holds": ("符合", "Holds"),
        "layer": ("图层", "Layer"),
        "row_id": ("对象", "Row"),
        "rule": ("规则", "Rule"),
        "severity": ("级别", "Severity"),
        "detail": ("说明", "What was seen"),
        "action": ("处理", "What to do"),
        "count": ("数量", "Count"),
        "required": ("应装终端", "Terminal required"),
        "houses": ("出租屋", "Houses"),
        "terminals": ("已装终端", "Terminals installed"),
        "letters": ("已签责任书", "Letters signed"),
        "registered": ("已登记人数", "Tenants registered"),
        "permits": ("已办居住证", "Permits held"),
        "permits_of": ("应办居住证", "Permits due"),
        "tenants": ("租住人数", "Tenants"),
        "residents": ("居民人数", "Residents"),
        "older_living_alone": ("独居老人", "Older, living alone"),
        "disability_support": ("残疾人服务", "Disability support"),
        "subsistence_allowance": ("低保", "Subsistence allowance"),
        "yes": ("是", "yes"),
        "= True": ("是", "yes"),
        "no": ("否", "no"),
    }
)
"""Chinese and English of every word that tables and pages use."""
