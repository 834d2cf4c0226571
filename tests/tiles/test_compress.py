"""Texts are compressed for those who read gzip; secrets, tagged things and bytes are not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from gridgov.web.compress import Compress

LONG = {"words": ["社区网格", "grid"] * 500}


def answer(request: Request) -> Response:
    kind = request.path_params["kind"]
    if kind == "stream":
        pieces = (json.dumps(LONG)[at : at + 700].encode() for at in range(0, 20_000, 700))
        return StreamingResponse(iter(pieces), media_type="application/geo+json")
    if kind == "short":
        return JSONResponse({"a": 1})
    if kind == "bytes":
        return Response(b"0" * 5000, media_type="application/octet-stream")
    headers = {
        "tagged": {"ETag": '"1"'},
        "cookie": {"Set-Cookie": "a=b"},
        "packed": {"Content-Encoding": "br"},
        "varied": {"Vary": "Cookie"},
    }.get(kind, {})
    return JSONResponse(LONG, status_code=201 if kind == "made" else 200, headers=headers)


@pytest.fixture
def client() -> Iterator[TestClient]:
    routes = [Route(f"{folder}/{{kind}}", answer, methods=["GET", "POST"]) for folder in ("", "/assets", "/tiles")]
    app = Starlette(routes=routes)
    app.add_middleware(Compress)
    with TestClient(app) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/plain", "/stream", "/varied", "/assets/tagged"])
def test_texts_are_compressed_and_come_out_the_same(client: TestClient, path: str) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    with client.stream("GET", path, headers={"Accept-Encoding": "br, gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert ("Cookie" in packed.headers["vary"]) == (path == "/varied")
    assert packed.headers.get("content-length", str(len(raw))) == str(len(raw))
    assert packed.headers.get("etag", 'W/"1"') == 'W/"1"'
    assert gzip.decompress(raw) == plain.content and len(raw) < len(plain.content) / 3
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize("path", ["/short", "/bytes", "/tagged", "/cookie", "/made", "/tiles/plain", "/packed"])
def test_the_rest_goes_as_it_is(client: TestClient, path: str) -> None:
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers.get("content-encoding") in (None, "br")
    with client.stream("GET", path, headers={"Accept-Encoding": "identity"}) as plain:
        assert b"".join(plain.iter_raw()) == raw


def test_answers_to_a_post_may_hold_a_secret_and_stay_plain(client: TestClient) -> None:
    assert "content-encoding" not in client.post("/plain", headers={"Accept-Encoding": "gzip"}).headers
