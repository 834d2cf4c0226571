"""Colours of a plan: found once for a published plan, and there before its tiles are laid out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Connection, Engine, event

from gridgov.services.colouring import ColourBook
from gridgov.services.serving import choose_plan

from . import toy
from .visiting import OFFICE, Visit


def count_questions(connection: Connection, book: ColourBook, plan_id: str) -> int:
    """How many statements it takes to read the colours of a plan."""
    plan, asked = choose_plan(connection, plan_id), []
    event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert len(book.read(connection, plan)["clusters"]) == 26
    return len(asked)


def test_a_published_plan_is_coloured_once_and_a_draft_each_time(toy_engine: Engine) -> None:
    book = ColourBook()
    counts = []
    for plan_id in (toy.PUBLISHED, toy.PUBLISHED, toy.DRAFT, toy.DRAFT):
        with toy_engine.connect() as connection:
            counts.append(count_questions(connection, book, plan_id))
    assert counts[1] == 0 and min(counts[0], counts[2], counts[3]) > 0


@pytest.mark.browser
def test_the_map_waits_for_its_colours_and_its_style_is_by_the_rules(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
    visit = Visit(context, address)
    came: list[str] = []
    visit.page.on("requestfinished", lambda request: came.append(request.url.removeprefix(address).split("?")[0]))
    page = visit.open(login="viewer")
    tiles = [at for at, path in enumerate(came) if path.startswith("/tiles/sections/")]
    assert tiles and came.index(f"/api/colours/{toy.PUBLISHED}") < min(tiles)
    # the map does not check its style when it starts, for that takes time; here every layer is checked
    page.evaluate("gridgovMap.setStyle(gridgovMap.getStyle(), {diff: false, validate: true})")
    visit.wait()
    assert visit.drawn("cluster-fill") >= {"A-0-0"}
    broken = """() => { const style = gridgovMap.getStyle();
        style.layers.find(layer => layer.id === 'cluster-fill').paint['fill-color'] = ['no such thing'];
        gridgovMap.setStyle(style, {diff: false, validate: true}); }"""
    assert visit.complaints == []
    page.evaluate(broken)
    page.wait_for_timeout(500)
    context.close()
    assert any("fill-color" in said for said in visit.complaints), "the check finds nothing"
