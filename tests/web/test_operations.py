"""What somebody who runs the server sees: figures, log lines, and nothing about a person in either."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from gridgov.bootstrap import Platform
from gridgov.settings import Settings
from gridgov.web.app import make_app

TOKEN = "a token of thirty-two characters"


@pytest.fixture(scope="module")
def watched(toy_engine: Engine) -> Iterator[TestClient]:
    """The toy district, with a token for the figures."""
    app: FastAPI = make_app(Platform(Settings(metrics_token=TOKEN), toy_engine, None))
    with TestClient(app) as client:
        yield client


def read_figures(client: TestClient) -> dict[str, float]:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_a_request_is_counted_under_its_route_and_not_under_its_path(watched: TestClient) -> None:
    name = 'gridgov_requests_total{method="GET",route="/api/facts/{kind}/{identifier:path}",status="401"}'
    before = read_figures(watched).get(name, 0)
    watched.get("/api/facts/cluster/somebody-7731")
    after = read_figures(watched)
    assert after.get(name) == before + 1
    assert not any("7731" in line for line in after)


def test_paths_that_lead_nowhere_share_one_series(watched: TestClient) -> None:
    for number in range(30):
        watched.get(f"/nowhere/{number}")
    assert len([line for line in read_figures(watched) if 'status="404"' in line and "nowhere" in line]) == 0


@pytest.mark.parametrize("header", [None, "Bearer wrong", f"Basic {TOKEN}", "Bearer "])
def test_figures_need_the_token(watched: TestClient, header: str | None) -> None:
    answer = watched.get("/metrics", headers={} if header is None else {"Authorization": header})
    assert answer.status_code == 404


def test_without_a_token_there_are_no_figures(visitor: httpx.Client) -> None:
    assert visitor.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404


def test_an_answer_bears_the_number_of_its_log_line(watched: TestClient) -> None:
    first, second = (watched.get("/healthz").headers["x-request-id"] for _ in range(2))
    assert first != second


SAYS = """
import logging
from gridgov.web.logs import configure_logs
configure_logs("json", "info")
import structlog
structlog.get_logger("gridgov.request").info("answered", route="/healthz")
logging.getLogger("uvicorn.error").info("Started")
try:
    try:
        int("138-0013-8000")
    except ValueError as error:
        raise RuntimeError("Zhang San") from error
except RuntimeError:
    logging.getLogger("gridgov.web").exception("a request failed")
structlog.get_logger("gridgov.request").debug("not written")
"""


def test_every_line_is_json_and_holds_no_text_of_an_exception(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", SAYS], capture_output=True, text=True, check=True, timeout=60)
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["answered", "Started", "a request failed"]
    assert all(line["level"] in ("info", "error") and line["at"].endswith("Z") for line in lines)
    assert [one for one in lines[2]["exception"] if not one.startswith(" ")] == [
        "builtins.RuntimeError",
        "builtins.ValueError",
    ]
    assert "138-0013" not in ran.stderr
    assert "Zhang" not in ran.stderr


def test_a_log_line_names_the_route_only(watched: TestClient) -> None:
    with structlog.testing.capture_logs() as lines:
        watched.get("/api/search?q=%E5%BC%A0%E4%B8%89")
    said = json.dumps(lines, ensure_ascii=False)
    assert "/api/search" in said
    assert "张三" not in said
    assert "%E5" not in said
