"""Features: a page of a collection, and one alone. Bare routes; what PostgreSQL wrote is passed on as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from gridgov.core.systems import System
from gridgov.errors import NotFoundError, QueryError
from gridgov.services.features.asking import Page, make_token, read_page, read_question
from gridgov.storage.collections import Collection, get_collection
from gridgov.storage.collections.questions import Question
from gridgov.storage.collections.statements import make_count, make_item, make_items
from gridgov.storage.links import Ask
from gridgov.web.routes import Door
from gridgov.web.routes.ogc.answers import ask_as, dump, make_answer, require_known, wants_html
from gridgov.web.routes.ogc.links import GEOJSON, JSON, Document, base_of, join, make_link, make_pair, without
from gridgov.web.texts import LONGEST, require_storable

ITEMS = "/ogc/collections/{collection}/items"
ITEM = "/ogc/collections/{collection}/items/{feature:path}"
_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept, Cookie, Authorization"}
_OF_ITEM = frozenset({"crs", "f", "plan", "properties"})

Pairs = tuple[tuple[str, str], ...]


async def get_items(request: Request) -> Response:
    """Answer with a page of features.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        A FeatureCollection, or a page of a table.
    """
    query, pairs = _read_query(request)
    name = request.path_params["collection"]
    asked: tuple[Question, Page, Mapping[str, str]]

    def plan(role: str) -> list[Ask]:
        nonlocal asked
        question, given = read_question(get_collection(name, role), role, pairs)
        page = read_page(given)
        wants_html(request, given.get("f"))
        asked = question, page, given
        statements = [make_items(question, page.limit, page.after)]
        return [*statements, make_count(question)] if page.count else statements

    answer = await ask_as(request, f"GET {ITEMS}", plan)
    question, page, given = asked
    features, returned, last, plan_id = answer.rows[0][0][:4]
    _require_plan(question, plan_id)
    matched = answer.rows[1][0][0] if page.count else returned if last is None and page.after is None else None
    own = f"{base_of(request)}/collections/{name}"
    html = wants_html(request, given.get("f"))
    links = [*make_pair(f"{own}/items", GEOJSON, query, html=html), make_link(own, "collection", JSON)]
    if last is not None:
        following = join(f"{own}/items", without(query, "next"), f"next={make_token(last.decode())}")
        links.append(make_link(following, "next", "text/html" if html else GEOJSON))
    body = _write(features or b"", returned or b"0", matched, links)
    if not html:
        return Response(
            body, media_type=GEOJSON, headers={**_HEADERS, **_content_crs(question.collection, question.system)}
        )
    language = answer.account.language
    title = question.collection.chinese if language == "zh" else question.collection.english
    return make_answer({"title": title, **json.loads(body)}, True, language)


async def get_item(request: Request) -> Response:
    """Answer with one feature and the tag of its state.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    starlette.responses.Response
        A Feature, or a page about it; 304 when the caller has it.
    """
    query, pairs = _read_query(request)
    name, key = request.path_params["collection"], read_key(request)
    asked: tuple[Question, Mapping[str, str]]

    def plan(role: str) -> list[Ask]:
        nonlocal asked
        collection = get_collection(name, role)
        require_known(pairs, _OF_ITEM)
        asked = read_question(collection, role, pairs)
        wants_html(request, asked[1].get("f"))
        return [make_item(asked[0], key)]

    answer = await ask_as(request, f"GET {ITEM}", plan)
    question, given = asked
    if not answer.rows[0]:
        raise no_feature(key)
    feature, tag = answer.rows[0][0][:2]
    etag = f'"{(tag or b"").decode()}"'
    headers = {**_HEADERS, "ETag": etag}
    html = wants_html(request, given.get("f"))
    # the tag is that of the JSON
    if not html and etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    own = f"{base_of(request)}/collections/{name}"
    here = f"{own}/items/{request.scope['raw_path'].decode('ascii', 'ignore').split('/items/', 1)[-1]}"
    links = [*make_pair(here, GEOJSON, query, html=html), make_link(own, "collection", JSON)]
    body = (feature or b"") + b',"links":' + dump(links) + b"}"
    if html:
        return make_answer(_to_page(json.loads(body)), True, answer.account.language)
    return Response(
        body, media_type=GEOJSON, headers={**headers, **_content_crs(question.collection, question.system)}
    )


def read_key(request: Request) -> str:
    """Return the key of a feature that the path names.

    Parameters
    ----------
    request : starlette.requests.Request
        The request.

    Returns
    -------
    str
        The key.

    Raises
    ------
    NotFoundError
        When no row can have such a key.
    """
    key: str = request.path_params["feature"]
    try:
        if len(key) > LONGEST:
            raise ValueError
        return require_storable(key)
    except ValueError:
        raise no_feature(key[:40]) from None


def no_feature(key: str) -> NotFoundError:
    """Return what is said of a feature that is not there, or not for this caller.

    Parameters
    ----------
    key : str
        Its key.

    Returns
    -------
    NotFoundError
        The error.
    """
    return NotFoundError(f"There is no feature {key!r} in this collection.")


def _read_query(request: Request) -> tuple[str, Pairs]:
    """The parameters as they came, and read."""
    try:
        query = request.scope["query_string"].decode("ascii")
        return query, tuple(parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=50))
    except (UnicodeError, ValueError):
        raise QueryError("The parameters cannot be read: UTF-8 with per cent signs, fifty at most.") from None


def _write(features: bytes, returned: bytes, matched: bytes | None, links: list[dict[str, str]]) -> bytes:
    parts = [
        b'{"type":"FeatureCollection","links":',
        dump(links),
        b',"timeStamp":"',
        datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode(),
        b'","numberReturned":',
        returned,
        b"" if matched is None else b',"numberMatched":' + matched,
        b',"features":[',
        features,
        b"]}",
    ]
    return b"".join(parts)


def _require_plan(question: Question, plan_id: bytes | None) -> None:
    if question.plan_id is not None and plan_id is None:
        raise NotFoundError(f"There is no plan {question.plan_id!r}. See the list of plans.")


def _content_crs(collection: Collection, system: System) -> Mapping[str, str]:
    return (
        {} if collection.geometry is None else _CONTENT_CRS.setdefault(system.uri, {"Content-Crs": f"<{system.uri}>"})
    )


def _to_page(feature: Document) -> Document:
    return {"title": str(feature["id"]), "features": [feature], "numberReturned": 1, "links": feature.pop("links")}


_CONTENT_CRS: dict[str, Mapping[str, str]] = {}

DOORS = (Door("GET", ITEMS, get_items, plain=True), Door("GET", ITEM, get_item, plain=True))
