"""Downloads: a filtered layer as a file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gridgov.errors import QueryError
from gridgov.services.features.asking import read_question
from gridgov.services.features.downloading import make_download
from gridgov.storage.collections import get_collection
from gridgov.web.gate import open_desk
from gridgov.web.routes import Door

_PATH = "/downloads/{collection}.{ending}"
_OTHERS = frozenset({"reason", "mark"})


def get_download(request: Request) -> Response:
    """Answer with a file of the features that match; it is deleted when it was sent.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The file.
    """
    folder = Path(tempfile.mkdtemp(prefix="gridgov-download-"))
    try:
        with open_desk(request, f"GET {_PATH}") as desk:
            role = desk.account.role
            collection = get_collection(request.path_params["collection"], role)
            question, given = read_question(collection, role, request.query_params.multi_items(), _OTHERS)
            mark = given.get("mark", "true")
            if mark not in ("true", "false"):
                raise QueryError(f"mark is true or false, not {mark[:20]!r}.")
            made = make_download(
                desk.connection,
                desk.account.login,
                question,
                request.path_params["ending"],
                folder,
                reason=given.get("reason"),
                mark=mark == "true",
            )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    headers = {"Cache-Control": "no-store"}
    if made.expires_on is not None:
        headers["X-Gridgov-Delete-By"] = made.expires_on.isoformat()
    clean = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return FileResponse(
        made.path, media_type=made.media_type, filename=made.path.name, headers=headers, background=clean
    )


DOORS = (Door("GET", _PATH, get_download, plain=True),)
