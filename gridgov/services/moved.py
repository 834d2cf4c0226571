"""Who moved and why, as sheets that an office can read in Chinese and in English."""

from __future__ import annotations

import re

import pandas as pd

from gridgov.core.revision import Revision

REASONS = (
    (r"new", "新增"),
    (r"moved by hand", "人工调整"),
    (r"its community changed", "所属社区变更"),
    (r"no longer joined to its cluster", "与原楼组不再相连"),
    (r"its cluster is divided anew", "原楼组重新划分"),
    (r"in no cluster before", "原先不在任何楼组内"),
    (r"to mend the size of (.+)", r"调整楼组 \1 的户数"),
    (r"to mend a size", "调整楼组户数"),
)
"""Why a household has another cluster: shape of the English text, and its Chinese."""

MEASURES = {
    "households_before": ("原有户数", "Households before"),
    "households_after": ("现有户数", "Households after"),
    "households_in_both": ("前后均有的户数", "Households in both"),
    "households_kept": ("楼组不变的户数", "Households that keep their cluster"),
    "kept_ratio": ("楼组不变的比例", "Share that keeps its cluster"),
    "clusters_kept": ("保留的楼组（有住户）", "Clusters kept (with households)"),
    "clusters_new": ("新增的楼组（有住户）", "Clusters new (with households)"),
    "clusters_gone": ("撤销的楼组（有住户）", "Clusters gone (with households)"),
    "steps": ("步骤数", "Steps"),
}
STATES = {"new": "新增 new", "gone": "撤销 gone", "changed": "户数变化 changed"}


def make_moved_sheets(made: Revision, before: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Make the sheets of a revision's report.

    Parameters
    ----------
    made : Revision
        What was made.
    before : pandas.DataFrame
        Atoms of the earlier plan: cluster_id, households.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``搬动 moved`` (a line for each building with another cluster), ``楼组 clusters`` (of those with
        households: new, gone or of another size) and ``汇总 summary``; headers in both languages.
    """
    return {
        "搬动 moved": _list_moves(made.moved),
        "楼组 clusters": _list_clusters(before, made.plan.atoms),
        "汇总 summary": pd.DataFrame(
            [(*MEASURES.get(name, (name, name)), value) for name, value in made.summary.items()],
            columns=["指标", "Measure", "值 Value"],
        ),
    }


def say_reason(why: str) -> str:
    """Say in Chinese why a household has another cluster.

    Parameters
    ----------
    why : str
        Column ``why`` of a revision's report.

    Returns
    -------
    str
        The Chinese; the text itself where it is of no known shape.

    Examples
    --------
    >>> say_reason("to mend the size of C1-L007")
    '调整楼组 C1-L007 的户数'
    """
    for shape, chinese in REASONS:
        if re.fullmatch(shape, why):
            return re.sub(shape, chinese, why)
    return why


def _list_moves(moved: pd.DataFrame) -> pd.DataFrame:
    headers = {
        "building_id": "楼栋 Building",
        "community_id": "社区 Community",
        "origin": "原楼组 From",
        "target": "新楼组 To",
        "households": "户数 Households",
    }
    table = moved[list(headers)].rename(columns=headers)
    return table.assign(原因=[say_reason(why) for why in moved["why"]], Reason=moved["why"].to_numpy())


def _list_clusters(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    tables = {"old": before, "now": after}
    lived_in = {name: atoms[atoms["households"] > 0] for name, atoms in tables.items()}
    sizes = pd.DataFrame({name: atoms.groupby("cluster_id")["households"].sum() for name, atoms in lived_in.items()})
    odd = sizes[sizes["old"].fillna(-1) != sizes["now"].fillna(-1)].sort_index()
    state = odd.isna().apply(lambda row: "new" if row["old"] else "gone" if row["now"] else "changed", axis=1)
    return pd.DataFrame(
        {
            "楼组 Cluster": odd.index,
            "原户数 Before": odd["old"].astype("Int64").to_numpy(),
            "现户数 After": odd["now"].astype("Int64").to_numpy(),
            "状态 State": [STATES[one] for one in state],
        }
    )
