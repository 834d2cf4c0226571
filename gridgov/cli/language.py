"""What the command line says, in the language of who reads it.

The English sentence in the code is the key of its Chinese in `gridgov.cli.chinese`. A sentence with gaps stands there
with its gaps, ``"There is no file {0}."``, so that what was raised elsewhere with its facts filled in finds its
Chinese too. What has no Chinese is said in English, so that nothing is lost; tests see to it that all has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from string import Formatter

LANGUAGES = ("zh", "en")
_chosen = {"language": "en"}


def read_language(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """Find out in which language the command line is to speak.

    Parameters
    ----------
    words : sequence of str
        The command line without the program. It is read here, before anything of it is explained or refused.
    environment : mapping of str to str
        The environment.

    Returns
    -------
    {"zh", "en"}
        What ``--language`` before the command says, else ``GRIDGOV_LANGUAGE``, else the locale by the first of
        ``LC_ALL``, ``LC_MESSAGES`` and ``LANG`` that is set.

    Examples
    --------
    >>> read_language(["--language", "zh", "plan", "list"], {"GRIDGOV_LANGUAGE": "en"})
    'zh'
    >>> read_language(["report", "--language", "zh"], {"LC_ALL": "", "LANG": "en_GB.UTF-8"})
    'en'
    >>> read_language([], {"LANG": "zh_CN.UTF-8"})
    'zh'
    """
    for asked in (_find_option(words), environment.get("GRIDGOV_LANGUAGE")):
        if asked in LANGUAGES:
            return asked
    places = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, places), "").startswith("zh") else "en"


def use_language(language: str) -> None:
    """Speak a language from now on.

    Parameters
    ----------
    language : {"zh", "en"}
        The language.
    """
    _chosen["language"] = language


def is_chinese() -> bool:
    """Tell whether Chinese is spoken.

    Returns
    -------
    bool
        True for Chinese, False for English.
    """
    return _chosen["language"] == "zh"


def say(sentence: str, /, **facts: object) -> str:
    """Say a sentence of the command line's own.

    Parameters
    ----------
    sentence : str
        English, with gaps ``{name}`` for the facts; it has its Chinese in `gridgov.cli.chinese`.
    **facts : object
        What fills the gaps; without any, braces are braces.

    Returns
    -------
    str
        The sentence with its facts.

    Examples
    --------
    >>> say("Written to {out}.", out="plan")
    'Written to plan.'
    """
    text = _texts().get(sentence, sentence)
    return text.format(**facts) if facts else text


def translate(text: str) -> str:
    """Say what was written elsewhere: a help text, the message of an error, a word.

    Parameters
    ----------
    text : str
        English, with its facts filled in.

    Returns
    -------
    str
        The same in the language chosen; the text itself where it is not known.
    """
    texts = _texts()
    if text in texts:
        return texts[text]
    lines = text.split("\n") if texts else []
    if len(lines) > 1 and lines[0] in texts:
        # a head that is known, and what it lists
        return "\n".join(map(translate, lines))
    for shape, first, last in _shapes() if texts else ():
        if text.startswith(first) and text.endswith(last):
            fits = _pattern(shape).fullmatch(text)
            if fits:
                return _fill(texts[shape], shape, fits.groups())
    return text


def say_rule(rule: str) -> str:
    """Name a rule that found something: by its short name, in Chinese with the Chinese one before it.

    Parameters
    ----------
    rule : str
        Short name of a rule, e.g. ``"no-liaison"``.

    Returns
    -------
    str
        How it is shown.
    """
    from gridgov.core.findings_words import name_rule

    named = name_rule(rule, "zh") if is_chinese() else rule
    return rule if named == rule else f"{named} ({rule})"


def say_detail(detail: str) -> str:
    """Say what a rule saw.

    Parameters
    ----------
    detail : str
        Column ``detail`` of a findings table.

    Returns
    -------
    str
        The same in the language chosen.
    """
    from gridgov.core.findings_words import translate_detail

    return translate_detail(detail) if is_chinese() else detail


def _find_option(words: Sequence[str]) -> str | None:
    found, rest = None, iter(words)
    for word in rest:
        name, sign, value = word.partition("=")
        if name == "--language":
            found = value if sign else next(rest, None)
        elif not word.startswith("-"):
            break
    return found


def _texts() -> Mapping[str, str]:
    if not is_chinese():
        return {}
    from gridgov.cli.chinese import TEXTS

    return TEXTS


@cache
def _shapes() -> list[tuple[str, str, str]]:
    """Every sentence with gaps and what it begins and ends with, those that say most first."""
    parts = {text: [literal for literal, field in split_gaps(text) if field is None] for text in _texts()}
    open_ones = [text for text in parts if any(field is not None for _, field in split_gaps(text))]
    open_ones.sort(key=lambda text: -sum(map(len, parts[text])))
    ends = {text: list(split_gaps(text)) for text in open_ones}
    return [(text, ends[text][0][0], ends[text][-1][0]) for text in open_ones]


def split_gaps(text: str) -> Iterator[tuple[str, str | None]]:
    """Split a sentence into what it says and its gaps.

    Parameters
    ----------
    text : str
        Sentence, written as for `str.format`.

    Yields
    ------
    tuple
        Words and None, or ``""`` and the name of a gap.

    Examples
    --------
    >>> list(split_gaps("like {{1}}: {name:,}."))
    [('like {1}: ', None), ('', 'name'), ('.', None)]
    """
    words = ""
    for literal, field, _, _ in Formatter().parse(text):
        words += literal
        if field is not None:
            if words:
                yield words, None
            yield "", field
            words = ""
    if words:
        yield words, None


@cache
def _pattern(shape: str) -> re.Pattern[str]:
    parts = (re.escape(words) if field is None else "(.*?)" for words, field in split_gaps(shape))
    return re.compile("".join(parts), re.DOTALL)


def _fill(text: str, shape: str, values: Sequence[str]) -> str:
    """Fill the gaps of the Chinese; a value of several words may be a sentence with a Chinese of its own."""
    names = [field for _, field in split_gaps(shape) if field is not None]
    facts = {name: translate(value) if " " in value else value for name, value in zip(names, values, strict=True)}
    return "".join(words if field is None else facts[field] for words, field in split_gaps(text))
