"""The public page: open to anybody, aggregates only."""

from __future__ import annotations

from fastapi import Request
from starlette.requests import Request as PlainRequest
from starlette.responses import Response

from gridgov.services.public import read_public_page
from gridgov.services.serving import Row
from gridgov.web.gate import get_web_engine
from gridgov.web.models_know import PublicPage
from gridgov.web.routes import Door
from gridgov.web.routes.pages import send_page


def get_public_page(request: PlainRequest) -> Response:
    """Answer with the public page; it holds no data and asks for them by itself.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        The page.
    """
    return send_page("public.html")


def get_public_summary(request: Request) -> Row:
    """Give figures by division with small counts hidden, and outlines of the communities.

    Parameters
    ----------
    request : fastapi.Request
        The request; nobody needs to be signed in.

    Returns
    -------
    dict
        Fields of `PublicPage`.
    """
    with get_web_engine(request).begin() as connection:
        return read_public_page(connection)


DOORS = (
    Door("GET", "/public", get_public_page, plain=True),
    Door("GET", "/api/public/summary", get_public_summary, model=PublicPage),
)
