"""The viewer's files, and a sign of life."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response

import gridgov
from gridgov.errors import NotFoundError
from gridgov.web.gate import get_web_engine, open_desk
from gridgov.web.routes import Door

DIST = Path(gridgov.__file__).parent / "viewer" / "dist"
"""The built viewer; a wheel carries it, a clone builds it."""

_NOT_BUILT = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>gridgov</title>
<h1>地图界面尚未构建 · The viewer is not built</h1>
<p>在 gridgov/viewer 中运行 npm ci 和 npm run build。Run npm ci and npm run build in gridgov/viewer.</p></html>"""


def get_page(request: Request) -> Response:
    """Answer with the viewer's page; it holds no data and asks for them by itself.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The page.
    """
    return send_page("index.html")


def get_icon(request: Request) -> Response:
    """Answer with the icon.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The icon.
    """
    return _send_file("favicon.svg", "no-cache")


def get_asset(request: Request) -> Response:
    """Answer with a script, style or worker; its name changes with its content, so it may be kept for ever.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The file.
    """
    return _send_file(f"assets/{request.path_params['path']}", "public, max-age=31536000, immutable")


def get_health(request: Request) -> Response:
    """Say whether the server and its database live.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        ``{"status": "ok"}``.
    """
    with get_web_engine(request).connect() as connection:
        connection.execute(text("SELECT 1"))
    return JSONResponse({"status": "ok"})


def get_openapi(request: Request) -> Response:
    """Describe the interface.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The OpenAPI document.
    """
    with open_desk(request, "GET /api/openapi.json"):
        return JSONResponse(request.app.openapi())


def send_page(name: str) -> Response:
    """Answer with a page of the viewer.

    Parameters
    ----------
    name : str
        Name of its file.

    Returns
    -------
    starlette.responses.Response
        The page, or a word when the viewer is not built.
    """
    page = DIST / name
    if not page.is_file():
        return HTMLResponse(_NOT_BUILT, status_code=503)
    return FileResponse(page, media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})


def _send_file(name: str, keep: str) -> Response:
    file = DIST / name
    # a list of what there is, not a path to be checked: no name can lead out of the folder or be too long for it
    if file not in _list_files(DIST):
        raise NotFoundError("There is no such file.")
    media_type = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return FileResponse(file, media_type=media_type, headers={"Cache-Control": keep})


def _list_files(folder: Path) -> set[Path]:
    return {file for file in (*folder.glob("*"), *folder.glob("assets/*")) if file.is_file()}


_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

DOORS = (
    Door("GET", "/", get_page, plain=True),
    Door("GET", "/login", get_page, plain=True),
    Door("GET", "/favicon.svg", get_icon, plain=True),
    Door("GET", "/assets/{path:path}", get_asset, plain=True),
    Door("GET", "/healthz", get_health, plain=True),
    Door("GET", "/api/openapi.json", get_openapi, plain=True),
)
