"""Security headers on every answer."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PARTS = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
CONTENT_SECURITY_POLICY = "; ".join(_PARTS)
"""Nothing from another host, no script or style inside a page; the map draws its symbols through data: and blob:."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
}
"""Headers that every answer bears; `Cache-Control` is `no-store` unless the route said otherwise."""


def make_policy(tile_hosts: tuple[str, ...] = ()) -> str:
    """Write the policy, opened for the pictures of a ground map from elsewhere and for nothing more.

    Parameters
    ----------
    tile_hosts : tuple of str
        Origins of the ground map.

    Returns
    -------
    str
        Value of ``Content-Security-Policy``.

    Examples
    --------
    >>> make_policy() == CONTENT_SECURITY_POLICY
    True
    >>> "connect-src 'self' https://maps.office.local;" in make_policy(("https://maps.office.local",))
    True
    """
    more = "".join(f" {host}" for host in tile_hosts)
    parts = (part + more if part.split()[0] in ("img-src", "connect-src") else part for part in _PARTS)
    return "; ".join(parts)


def make_headers(tile_hosts: tuple[str, ...] = ()) -> list[tuple[bytes, bytes]]:
    """Spell `HEADERS` as ASGI has them.

    Parameters
    ----------
    tile_hosts : tuple of str
        Origins of the ground map.

    Returns
    -------
    list of tuple of bytes
        Names and values.
    """
    headers = {**HEADERS, "Content-Security-Policy": make_policy(tile_hosts)}
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_NO_STORE = (b"cache-control", b"no-store")
_ASK_BASIC = (b"www-authenticate", b'Basic realm="gridgov", charset="UTF-8"')


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS`.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    tile_hosts : tuple of str
        Origins of a ground map that somebody set, e.g. ``https://maps.office.local``; none otherwise.
    """

    def __init__(self, app: ASGIApp, tile_hosts: tuple[str, ...] = ()) -> None:
        self._app = app
        self._headers = make_headers(tile_hosts)
        self._names = frozenset(name for name, _ in self._headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request.

        Parameters
        ----------
        scope : Scope
            The request.
        receive : Receive
            Where its body comes from.
        send : Send
            Where the answer goes.
        """

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [one for one in message.get("headers", ()) if one[0] not in self._names]
                if all(name != b"cache-control" for name, _ in given):
                    given.append(_NO_STORE)
                if message["status"] == 401 and any(name == b"authorization" for name, _ in scope["headers"]):
                    # a browser that asked without it must not be made to show its own window for passwords
                    given.append(_ASK_BASIC)
                message["headers"] = [*given, *self._headers]
            await send(message)

        await self._app(scope, receive, send if scope["type"] != "http" else send_with_headers)
