"""What a revision leaves beside its plan: the steps, to replay or take back, and who moved."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from gridgov.core.revision import Revision, Step, from_records, to_records
from gridgov.errors import NotFoundError


def write_revision(revision: Revision, folder: Path) -> list[Path]:
    """Write the steps and the report of a revision.

    Parameters
    ----------
    revision : Revision
        What was made.
    folder : pathlib.Path
        Folder of the new plan.

    Returns
    -------
    list of pathlib.Path
        ``steps.json`` and ``moved.xlsx``.
    """
    steps, moved = folder / "steps.json", folder / "moved.xlsx"
    records = [json.dumps(record, ensure_ascii=False, default=int) for record in to_records(revision.steps)]
    _replace(steps, "[\n" + ",\n".join(records) + "\n]\n")
    half_made = moved.with_suffix(".half.xlsx")
    # text stays text: a code that begins with "=" is no formula
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with pd.ExcelWriter(half_made, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        revision.moved.to_excel(book, sheet_name="moved", index=False, freeze_panes=(1, 0))
    half_made.replace(moved)
    return [steps, moved]


def read_steps(folder: Path) -> list[Step]:
    """Read the steps that `write_revision` wrote.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of a revised plan.

    Returns
    -------
    list of Step
        The steps from the earlier plan to this one.

    Raises
    ------
    NotFoundError
        When the folder holds no steps.
    """
    path = folder / "steps.json"
    if not path.is_file():
        raise NotFoundError(f"{folder} holds no steps.json: it is not a plan that `gridgov revise` wrote.")
    return from_records(json.loads(path.read_text(encoding="utf-8")))


def _replace(path: Path, text: str) -> None:
    half_made = path.with_suffix(".half")
    half_made.write_text(text, encoding="utf-8")
    half_made.replace(path)
