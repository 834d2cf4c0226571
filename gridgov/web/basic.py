"""HTTP Basic: how desktop GIS signs in, with an app password (RFC 7617)."""

from __future__ import annotations

import base64
import binascii

from fastapi import Request

LONGEST = 400


def read_basic(request: Request) -> tuple[str, str] | None:
    """Read login and app password from a request.

    Parameters
    ----------
    request : fastapi.Request
        The request.

    Returns
    -------
    tuple of (str, str) or None
        None when it brings none that could be read.
    """
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic" or len(coded) > LONGEST:
        return None
    try:
        login, colon, secret = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (login, secret) if colon and login and secret and "\0" not in login + secret else None
