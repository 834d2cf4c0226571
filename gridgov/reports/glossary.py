"""Words for the measures and rules that tables bring along."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MEASURES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "households_in": ("输入户数", "Households given"),
        "households_out": ("划入户数", "Households in the plan"),
        "buildings_with_other_count": ("户数不符的楼栋", "Buildings with another count"),
        "atoms_without_cluster": ("未入楼组的最小单元", "Atoms without a cluster"),
        "pct_preferred": ("规模适中的楼组", "Clusters of the preferred size"),
        "pct_allowed": ("规模合规的楼组", "Clusters within the limits"),
        "sum_deviation": ("与目标规模偏差之和", "Sum of deviations from the target"),
        "min": ("最小楼组", "Smallest cluster"),
        "max": ("最大楼组", "Largest cluster"),
        "crossing_community": ("跨社区楼组", "Clusters across a community line"),
        "needless_splits": ("不必要拆分的楼栋", "Buildings split needlessly"),
        "surplus_pieces": ("多余的楼内分段", "Surplus pieces of tall buildings"),
        "cells_invalid": ("无效单元格", "Invalid cells"),
        "coverage_valid": ("无缝无叠", "Cells are a valid coverage"),
        "area_error_max": ("最大面积误差", "Largest area error"),
        "cells_multipart": ("多部件单元格", "Cells of several parts"),
        "slivers": ("狭条单元格", "Slivers"),
        "atoms_of_unknown_cells": ("单元格缺失的最小单元", "Atoms of unknown cells"),
        "disconnected": ("不连通的楼组", "Disconnected clusters"),
        "only_across_main_pct": ("仅隔主干道相连的楼组", "Clusters joined only across a main road"),
        "cells_without_cluster": ("未入楼组的单元格", "Cells without a cluster"),
        "polsby_popper": ("楼组紧凑度", "Compactness of clusters"),
        "polsby_popper_ground": ("楼组紧凑度（含空地）", "Compactness with open ground"),
        "medoid_m": ("户均到中心距离", "Mean distance to the middle"),
        "farthest_p95_m": ("最远楼栋距离（95%）", "Farthest building, 95th percentile"),
        "sections_2_3_pct": ("2—3个楼组的片区", "Sections of 2–3 clusters"),
        "clusters_in_two_sections": ("分属两片区的楼组", "Clusters in two sections"),
        "sections_disconnected": ("不连通的片区", "Disconnected sections"),
        "section_polsby_popper": ("片区紧凑度", "Compactness of sections"),
        "m": ("米", "m"),
        "ratio": ("比值", "ratio"),
        "% of clusters": ("占楼组 %", "% of clusters"),
        "% of sections": ("占片区 %", "% of sections"),
        "pieces": ("段", "pieces"),
    }
)
"""Measures of a plan's quality, and what they are counted in."""

RULES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "approximate-coordinates": ("坐标为近似值", "approximate coordinates"),
        "crosses-community": ("跨社区线", "crosses a community line"),
        "crosses-hard-barrier": ("跨越硬阻隔", "crosses a hard barrier"),
        "cut-off": ("被隔断", "cut off"),
        "datum-shift": ("坐标系疑似偏移", "datum shift"),
        "duplicate-geometry": ("图形重复", "duplicate geometry"),
        "duplicate-id": ("编码重复", "duplicate id"),
        "estimated-households": ("户数为估算", "estimated households"),
        "group-too-large": ("规模过大", "group too large"),
        "group-too-small": ("规模过小", "group too small"),
        "invalid-geometry": ("图形无效", "invalid geometry"),
        "left-out": ("未纳入", "left out"),
        "leftover-joined": ("零散并入邻组", "leftover joined"),
        "letter-missing": ("责任书未签", "letter missing"),
        "more-registered-than-tenants": ("登记数多于租住数", "more registered than tenants"),
        "nearest": ("归入最近者", "given to the nearest"),
        "needless-split": ("不必要的拆分", "needless split"),
        "negative-households": ("户数为负", "negative households"),
        "no-area": ("无面积", "no area"),
        "no-band": ("无法划入规模范围", "no size in the band"),
        "no-capacity": ("容量未知", "capacity unknown"),
        "no-geometry": ("无图形", "no geometry"),
        "no-liaison": ("无联系干部", "no liaison"),
        "no-partner": ("无可并邻组", "no partner"),
        "no-place": ("无处可归", "no place"),
        "no-position": ("无位置", "no position"),
        "only-cluster": ("仅一个楼组", "only cluster"),
        "outside": ("在范围外", "outside"),
        "outside-communities": ("在社区范围外", "outside the communities"),
        "outside-community": ("在社区外", "outside its community"),
        "overlap": ("重叠", "overlap"),
        "section-size": ("片区规模不符", "section size"),
        "shelter-shortfall": ("避难容量缺口", "shelter shortfall"),
        "sign-incomplete": ("标识不完整", "sign incomplete"),
        "storey-missing": ("缺单元或楼层", "unit or storey missing"),
        "terminal-missing": ("终端未装", "terminal missing"),
        "unknown-building": ("楼栋不在方案中", "unknown building"),
        "unknown-household": ("住户不存在", "unknown household"),
        "unknown-households": ("户数未知", "unknown households"),
        "visit-overdue": ("走访逾期", "visit overdue"),
        "without-section": ("未分配片区", "without a section"),
        "zero-area": ("面积为零", "zero area"),
    }
)
"""Rules of findings; one that is not here is shown by its own name."""
