"""Names and addresses as people write them in different ways, brought to one spelling for finding."""

from __future__ import annotations

import re
import unicodedata

SPELLINGS = str.maketrans({"幢": "栋", "棟": "栋", "號": "号", "樓": "楼"})
"""Letters that mean the same in an address: 幢 and 栋 count buildings."""


def fold_words(text: str) -> str:
    """Bring a name, code or address to one spelling.

    Parameters
    ----------
    text : str
        Any text; full-width letters and digits count as plain ones, capitals as small ones, blanks as nothing.

    Returns
    -------
    str
        The text with 幢, 棟 and 号楼 written 栋.

    Examples
    --------
    >>> fold_words("Ａ区 ３号楼"), fold_words("a区3幢")
    ('a区3栋', 'a区3栋')
    """
    plain = unicodedata.normalize("NFKC", text).lower().translate(SPELLINGS).replace("号楼", "栋")
    return re.sub(r"\s+", "", plain)


def split_words(text: str) -> list[str]:
    """Split what somebody typed into the words that all must be found.

    Parameters
    ----------
    text : str
        What was typed.

    Returns
    -------
    list of str
        Folded words.

    Examples
    --------
    >>> split_words("民治社区  ８幢")
    ['民治社区', '8栋']
    """
    return [fold_words(word) for word in unicodedata.normalize("NFKC", text).split()]
