"""What findings say to people, in Chinese and English.

A finding keeps its rule and the facts that were seen as one English line. The table of `gridgov.core.findings_table`
gives each rule its name, and each line its shape and its Chinese wording; the facts are carried over. A line of no
known shape is shown as it is below the rule's name, so that nothing is lost.
"""

from __future__ import annotations

import re
from functools import cache

from gridgov.core import findings_sent
from gridgov.core.findings_table import ACTIONS, DETAILS, NAMES

LANGUAGES = ("zh", "en")


def name_rule(rule: str, language: str) -> str:
    """Name a rule for people.

    Parameters
    ----------
    rule : str
        Short name of the rule, e.g. ``"no-liaison"``.
    language : {"zh", "en"}
        Language of the words.

    Returns
    -------
    str
        Its name; the short name itself for a rule of no table.

    Examples
    --------
    >>> name_rule("no-liaison", "zh")
    '没有联系干部'
    """
    names = NAMES.get(rule) or findings_sent.NAMES.get(rule)
    return rule if names is None else names[LANGUAGES.index(language)]


def say_finding(rule: str, detail: str, action: str, language: str) -> dict[str, str]:
    """Say a finding in a language.

    Parameters
    ----------
    rule, detail, action : str
        Columns of a findings table.
    language : {"zh", "en"}
        Language of the words.

    Returns
    -------
    dict of str to str
        ``name`` of the rule, ``said`` (what was seen) and ``advice`` (what was done or should be).

    Examples
    --------
    >>> say_finding("group-too-small", "12 households; the least is 35", "join it", "zh")["said"]
    '12 户；下限为 35 户'
    >>> say_finding("some-rule", "seen as it is", "", "zh")
    {'name': 'some-rule', 'said': 'seen as it is', 'advice': ''}
    """
    name = name_rule(rule, language)
    if language == "en":
        return {"name": name, "said": _sentence(detail), "advice": _sentence(action)}
    return {"name": name, "said": translate_detail(detail), "advice": ACTIONS.get(action, action)}


def translate_detail(detail: str) -> str:
    """Say in Chinese what was seen.

    Parameters
    ----------
    detail : str
        Column ``detail`` of a findings table.

    Returns
    -------
    str
        The Chinese wording with the same facts; the text itself when its shape is not known.
    """
    for pattern, wording in _patterns():
        fits = pattern.fullmatch(detail)
        if fits:
            return wording.format(*fits.groups())
    return detail


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Shapes as regular expressions: ``{n}`` is a number, ``{share}`` a percentage, ``{text}`` anything."""
    gaps = {"{n}": r"(-?[\d.,]+)", "{share}": r"([\d.]+%)", "{text}": r"(.+)"}
    made = []
    for shape, wording in (*DETAILS.items(), *findings_sent.DETAILS.items()):
        parts = re.split(r"(\{(?:n|share|text)\})", shape)
        made.append((re.compile("".join(gaps.get(part, re.escape(part)) for part in parts)), wording))
    return tuple(made)
