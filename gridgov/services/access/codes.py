"""Codes that people type: those of a telephone, which change every 30 seconds (RFC 6238), and random ones."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

import pyotp

STEP_S = 30
STEPS_APART = 1
"""A clock may be one step early or late."""


def find_step(secret: str, code: str, at: datetime) -> int | None:
    """Find the 30 seconds whose code was given.

    Parameters
    ----------
    secret : str
        Shared secret in base 32.
    code : str
        Six digits; blanks do not matter.
    at : datetime.datetime
        Now.

    Returns
    -------
    int or None
        Number of the step since 1970, None when the code is none of the steps around now.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> find_step("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "287 082", datetime.fromtimestamp(59, UTC))
    1
    """
    typed = "".join(code.split())
    middle = int(at.timestamp()) // STEP_S
    machine = pyotp.TOTP(secret)
    fitting = None
    for step in range(middle - STEPS_APART, middle + STEPS_APART + 1):
        if step >= 0 and hmac.compare_digest(machine.generate_otp(step).encode(), typed.encode(errors="replace")):
            fitting = step
    return fitting


def make_code(letters: int) -> str:
    """Make a random code that can be read aloud.

    Parameters
    ----------
    letters : int
        Letters of 5 bits each.

    Returns
    -------
    str
        In groups of four.
    """
    # without i, l, o, u: they are taken for others
    plain = "".join(secrets.choice("abcdefghjkmnpqrstvwxyz0123456789") for _ in range(letters))
    return "-".join(plain[start : start + 4] for start in range(0, letters, 4))
