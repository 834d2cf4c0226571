"""Names that try to be programs: in every text field that the viewer shows, nothing of them may run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from playwright.sync_api import Browser
from sqlalchemy import text

from gridgov.bootstrap import Platform
from gridgov.services.access import make_account
from gridgov.services.public import refresh_public_page
from gridgov.settings import Settings
from gridgov.storage.cluster import PrivateCluster
from gridgov.storage.engine import make_engine, make_web_engine
from gridgov.web.app import make_app

from ..serving import serve
from . import toy
from .conftest import PASSWORD, UNSAFE, open_session
from .visiting import OFFICE, Visit

PAYLOADS = (
    "<img src=x onerror=window.hit=1>",
    "<script>window.hit=2</script>",
    '"><svg onload=window.hit=3>',
    "javascript:window.hit=4",
    "{{constructor.constructor('window.hit=5')()}}",
    "'-window.hit-'",
)
FIELDS = {
    "division": ("name", "code"),
    "building": ("name", "address", "use"),
    "barrier": ("name",),
    "shelter": ("name", "address", "phone", "unsuitable_for"),
    "liaison": ("name", "workplace"),
    "plan": ("name",),
    "plan_group": ("name", "code"),
    "plan_area": ("name", "code"),
    "plan_finding": ("detail", "action", "rule"),
    "account": ("name",),
}


@pytest.fixture(scope="module")
def hostile(cluster: PrivateCluster, migrated_template: str) -> Iterator[str]:
    """Address of a server over a toy district whose every name is a payload."""
    cluster.make_database("toy_hostile", template=migrated_template)
    engine = make_engine(cluster.url("toy_hostile"))
    toy.fill(engine)
    for role in ("administrator", "auditor", "officer"):
        make_account(engine, role, PASSWORD, role)
    with engine.begin() as connection:
        for table, columns in FIELDS.items():
            connection.execute(text(f"ALTER TABLE gridgov.{table} DISABLE TRIGGER USER"))
            for place, column in enumerate(columns):
                values = {f"p{at}": payload for at, payload in enumerate(PAYLOADS)}
                listed = ", ".join(f"CAST(:{name} AS text)" for name in values)
                sql = (
                    f"UPDATE gridgov.{table} SET {column} = (ARRAY[{listed}])"
                    f"[1 + (hashtext(ctid::text) + {place} & 2147483647) % {len(PAYLOADS)}]"
                )
                connection.execute(text(sql), values)
        connection.execute(text("DELETE FROM gridgov.plan WHERE plan_id = :plan"), {"plan": toy.FUTURE})
        for table in FIELDS:
            connection.execute(text(f"ALTER TABLE gridgov.{table} ENABLE TRIGGER USER"))
    with engine.begin() as connection:
        refresh_public_page(connection, toy.PUBLISHED)
    web, door = make_web_engine(cluster.web_url("toy_hostile")), make_web_engine(cluster.door_url("toy_hostile"))
    with serve(make_app(Platform(Settings(), engine, None, web, door))) as served:
        yield served
    for one in (web, door, engine):
        one.dispose()


@pytest.mark.browser
def test_names_are_words_and_never_programs(browser: Browser, hostile: str) -> None:
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
    context.add_init_script(
        "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.blockedURI))"
    )
    visit = Visit(context, hostile)
    seen = []

    def look() -> None:
        seen.append(visit.page.evaluate("[window.hit ?? null, window.refused]"))

    page = visit.open(f"#at=building:{toy.TOWER}", login="administrator")
    page.wait_for_selector(".facts h2")
    for kind, key in (
        ("cluster", "A-0-0"),
        ("section", "B-s1-2"),
        ("shelter", "H1"),
        ("barrier", "R1"),
        ("district", "D"),
    ):
        page.evaluate("hash => { location.hash = hash; location.reload() }", f"#at={kind}:{key}")
        page.wait_for_selector(f".facts .kind-{kind}")
        look()
    page.fill("#search", "<img")
    page.wait_for_selector("#search-results [role=option]")
    page.fill("#search", "")
    page.press("#search", "Escape")
    for tab in ("layers", "quality", "compare"):
        page.click(f"#tab-{tab}")
    page.click("#tab-quality")
    page.locator(".findings:not(.checks) .rule summary").first.click()
    page.wait_for_selector(".finding-list li")
    look()
    assert "<img src=x onerror=window.hit=1>" in page.content().replace("&lt;", "<").replace("&gt;", ">")
    for place in ("public", "admin#accounts", "admin#plans"):
        page.goto(f"{hostile}/{place}")
        page.wait_for_selector(".figures")
        look()
    context.close()
    assert all(hit is None and refused == [] for hit, refused in seen), seen
    assert len(seen) >= 9 and visit.foreign == []


def test_publishing_in_the_browser_makes_the_public_page(hostile: str) -> None:
    before = httpx.get(f"{hostile}/api/public/summary").json()
    client = open_session(hostile, "administrator")
    body = {"plan_id": toy.DRAFT, "published_from": date.today().isoformat()}
    answer = client.post("/api/admin/plans/publish", json=body, headers=UNSAFE)
    assert (answer.status_code, answer.json()["follows"]) == (200, [toy.PUBLISHED])
    client.close()
    after = httpx.get(f"{hostile}/api/public/summary").json()
    assert after["made_at"] > before["made_at"]
    assert after["plan"]["published_from"] == date.today().isoformat()
