"""Which encoding bytes are in, decided strictly: an encoding counts only when every byte is valid in it."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

from gridgov.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CANDIDATES = ("utf-8", "gb18030", "big5")
"""Tried in this order: Chinese text is hardly ever valid UTF-8 by chance, and GB18030 holds all of GBK and GB2312."""


def decode_text(data: bytes, source: str = "the file") -> tuple[str, str]:
    """Decode a text file whose encoding nobody stated.

    Parameters
    ----------
    data : bytes
        The whole file.
    source : str
        What to call the file in the message.

    Returns
    -------
    tuple of str
        The text and the name of its encoding.

    Raises
    ------
    InputError
        When no known encoding fits.

    Examples
    --------
    >>> decode_text("楼栋".encode("gbk"))
    ('楼栋', 'gb18030')
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode(data, encoding, source), encoding
    wide = _guess_wide(data[:4096])
    if wide is not None:
        return _decode(data, wide, source), wide
    encoding = choose_encoding([data], source)
    return _decode(data, encoding, source), encoding


def choose_encoding(pieces: Iterable[bytes], source: str = "the file") -> str:
    """Choose the first candidate in which every piece is valid.

    Parameters
    ----------
    pieces : iterable of bytes
        Texts of one file.
    source : str
        What to call the file in the message.

    Returns
    -------
    str
        One of `CANDIDATES`.

    Raises
    ------
    InputError
        When none fits.
    """
    texts = list(pieces)
    for encoding in CANDIDATES:
        if all(is_valid(text, encoding) for text in texts):
            return encoding
    raise InputError(
        f"The text of {source} is in none of {', '.join(CANDIDATES)}. Save it as UTF-8 and send it again.",
        source=source,
    )


def is_valid(data: bytes, encoding: str) -> bool:
    """Return whether bytes are valid in an encoding.

    Parameters
    ----------
    data : bytes
        Any bytes.
    encoding : str
        Name of an encoding.

    Returns
    -------
    bool
        False also when nobody knows the encoding.
    """
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _guess_wide(head: bytes) -> str | None:
    """Recognise UTF-16 without a mark by the zero bytes of its blanks, digits, commas and line ends."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even + odd < 2:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decode(data: bytes, encoding: str, source: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as cause:
        raise InputError(f"{source} is not valid {encoding} at byte {cause.start}.", source=source) from cause
