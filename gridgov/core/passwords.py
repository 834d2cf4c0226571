"""Which passwords are too easy to guess."""

from __future__ import annotations

import re

PASSWORD_MIN_LENGTH = 10
PASSWORD_MAX_LENGTH = 256
"""A longer password is refused, so that hashing it costs no more than any other."""

_LISTED = """
    password passw0rd passwd admin administrator root user guest test demo login welcome letmein changeme default
    secret qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm iloveyou monkey dragon sunshine princess football
    baseball master hello shadow superman michael abc abcd abcde abcdef abcabc aaaaaa test1234 p@ssw0rd p@ssword
    pa55word woaini woaini1314 woaini520 nihao mima wangge gridgov grid shequ jiedao longhua shenzhen qingdao
    beijing zhongguo china huawei lenovo windows computer internet office government passwordpassword adminadmin
    qazwsx qazwsxedc 1qaz2wsx 1q2w3e4r 1q2w3e4r5t 5201314 1314520 888888 666666 112233 11223344 123123 123321
    12345678 87654321
"""
_COMMON = frozenset(_LISTED.split())
_RUNS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)
_LEET = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_FEWEST_LETTERS = 5
_LONGEST_NUMBER = 14


def find_password_fault(password: str, *own_words: str) -> str | None:
    """Say what is wrong with a new password.

    Parameters
    ----------
    password : str
        The password.
    *own_words : str
        What everybody knows of its owner: the login, the name.

    Returns
    -------
    str or None
        What is wrong and what to do, None when it may be used.

    Examples
    --------
    >>> find_password_fault("three blue kettles")
    >>> find_password_fault("Password2026!")
    'This is one of the passwords that are tried first. Take a few words that do not belong together.'
    """
    if not PASSWORD_MIN_LENGTH <= len(password) <= PASSWORD_MAX_LENGTH:
        return (
            f"A password has {PASSWORD_MIN_LENGTH} to {PASSWORD_MAX_LENGTH} characters; this one has {len(password)}."
        )
    plain = password.casefold().strip()
    bare = _ENDS.sub("", plain)
    if {plain, bare, bare.translate(_LEET), plain.translate(_LEET)} & _COMMON or _is_run(plain) or _is_run(bare):
        return "This is one of the passwords that are tried first. Take a few words that do not belong together."
    if len(set(plain)) < _FEWEST_LETTERS:
        return f"A password has at least {_FEWEST_LETTERS} different characters. Take a few words."
    if plain.isdigit() and len(plain) < _LONGEST_NUMBER:
        return "A number (a telephone, a birthday) is tried first. Take a few words that do not belong together."
    if any(len(word) > 2 and bare in (word.casefold(), word.casefold()[::-1]) for word in own_words):
        return "The password is the name of its owner. Take a few words that do not belong together."
    return None


def _is_run(plain: str) -> bool:
    """Tell whether it is a piece of the keyboard or of the alphabet, forwards, backwards or repeated."""
    if not plain:
        return False
    for size in range(1, len(plain) // 2 + 1):
        if len(plain) % size == 0 and plain == plain[:size] * (len(plain) // size):
            return True
    return any(plain in run or plain[::-1] in run for run in _RUNS)
