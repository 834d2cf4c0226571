"""Findings in the words of the reports: what was seen, and what to do."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import escape

from gridgov.core.findings_words import say_finding
from gridgov.reports.words import Speaker


class Said(NamedTuple):
    """A finding in words."""

    seen: str
    advice: str


def say_plainly(rule: str, detail: str, action: str, speaker: Speaker) -> Said:
    """Say a finding for a cell of the workbook.

    Parameters
    ----------
    rule, detail, action : str
        Columns of a findings table.
    speaker : Speaker
        Language.

    Returns
    -------
    Said
        What was seen, and what was done or should be; what has no Chinese is said once, in English.

    Examples
    --------
    >>> say_plainly("group-too-small", "12 households; the least is 35", "", Speaker("zh")).seen
    '12 户；下限为 35 户'
    """
    return Said(
        *(
            chinese if english == chinese else speaker.text(chinese, english)
            for chinese, english in _pairs(rule, detail, action)
        )
    )


def say_in_page(rule: str, detail: str, action: str, speaker: Speaker) -> Said:
    """Say a finding for the page.

    Parameters
    ----------
    rule, detail, action : str
        Columns of a findings table.
    speaker : Speaker
        Language.

    Returns
    -------
    Said
        As `say_plainly`, as markup.
    """
    return Said(
        *(
            escape(chinese) if english == chinese else speaker.html(chinese, english)
            for chinese, english in _pairs(rule, detail, action)
        )
    )


def _pairs(rule: str, detail: str, action: str) -> list[tuple[str, str]]:
    chinese, english = (say_finding(rule, detail, action, language) for language in ("zh", "en"))
    # what has no letter beyond ASCII was not translated
    return [
        (english[part] if chinese[part].isascii() else chinese[part], english[part]) for part in ("said", "advice")
    ]
