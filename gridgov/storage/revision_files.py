"""What a revision leaves beside its plan: the steps, to replay or take back, and who moved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from gridgov.core.revision import Step, from_records, to_records
from gridgov.errors import NotFoundError
from gridgov.storage.together import write_together


def write_revision(steps: Sequence[Step], sheets: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write the steps and the report of a revision; both appear together or none does.

    Parameters
    ----------
    steps : sequence of Step
        From the earlier plan to the new one.
    sheets : mapping of str to pandas.DataFrame
        Sheets of the report by name.
    folder : pathlib.Path
        Folder of the new plan; made when missing.

    Returns
    -------
    list of pathlib.Path
        ``moved.xlsx`` and ``steps.json``.
    """

    def write(place: Path) -> None:
        records = [json.dumps(record, ensure_ascii=False, default=int) for record in to_records(steps)]
        (place / "steps.json").write_text("[\n" + ",\n".join(records) + "\n]\n", encoding="utf-8")
        # text stays text: a code that begins with "=" is no formula
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with pd.ExcelWriter(place / "moved.xlsx", engine="xlsxwriter", engine_kwargs={"options": options}) as book:
            for name, sheet in sheets.items():
                sheet.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))
                book.sheets[name].autofit()

    return write_together(folder, write)


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
