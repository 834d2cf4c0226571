"""The page for accounts, plans, imports and the audit: routes of plans and imports, and the page in a browser."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine, text

from gridgov.services.access import make_account

from . import drafts, toy
from .conftest import PASSWORD, UNSAFE
from .visiting import OFFICE, Visit

Sign = Callable[[str], httpx.Client]


def test_plans_are_managed_by_administrators_only(signed_in: Sign, toy_engine: Engine) -> None:
    with drafts.second_draft(toy_engine) as plan_id:
        for role in ("viewer", "officer", "supervisor", "analyst", "auditor"):
            assert signed_in(role).get("/api/admin/plans").status_code == 403
            answer = signed_in(role).post("/api/admin/plans/discard", json={"plan_id": plan_id}, headers=UNSAFE)
            assert answer.status_code == 403
        client = signed_in("administrator")
        rows = {row["plan_id"]: row for row in client.get("/api/admin/plans").json()}
        assert rows[plan_id]["clusters"] == 26 and rows[plan_id]["status"] == "draft"
        late = {"plan_id": plan_id, "published_from": "2998-06-01"}
        refused = client.post("/api/admin/plans/publish", json=late)
        assert refused.status_code == 403, "another site's page sets no header"
        assert client.post("/api/admin/plans/publish", json=late, headers=UNSAFE).status_code == 409
        gone = client.post("/api/admin/plans/discard", json={"plan_id": plan_id}, headers=UNSAFE)
        assert gone.status_code == 200
        again = client.post("/api/admin/plans/discard", json={"plan_id": plan_id}, headers=UNSAFE)
        assert again.status_code == 404
        frozen = client.post("/api/admin/plans/discard", json={"plan_id": toy.PUBLISHED}, headers=UNSAFE)
        assert frozen.status_code == 409
    acts = signed_in("auditor").get("/api/audit", params={"act": "discard"}).json()["entries"]
    assert (acts[0]["actor"], acts[0]["object"]) == ("administrator", f"plan:{plan_id}")


def test_imports_are_listed_with_their_faults(signed_in: Sign, toy_engine: Engine) -> None:
    key = "11111111-1111-4111-8111-111111111111"
    run = "INSERT INTO gridgov.import_run (import_id, layer, file_name, sha256, read, accepted, rejected, duplicate) "
    found = "INSERT INTO gridgov.import_finding (import_id, layer, row_id, rule, severity, detail, action) "
    with toy_engine.begin() as connection:
        connection.execute(text(f"{run} VALUES ('{key}', 'buildings', '楼栋.xlsx', 'x', 3, 2, 1, 0)"))
        connection.execute(
            text(f"{found} VALUES ('{key}', 'buildings', 'B7', 'no-area', 'error', 'footprint encloses no area "
                 "(households: 3)', 'refused; draw the footprint')"))  # fmt: skip
    rows = signed_in("administrator").get("/api/admin/imports").json()
    assert [(row["file_name"], row["rejected"]) for row in rows if row["import_id"] == key] == [("楼栋.xlsx", 1)]
    faults = signed_in("administrator").get("/api/admin/imports/faults", params={"import_id": key}).json()
    assert faults[0]["words"]["zh"] == {
        "name": "没有面积",
        "said": "轮廓没有面积（户数：3）",
        "advice": "已退回；请补画轮廓",
    }
    assert signed_in("administrator").get("/api/admin/imports/faults", params={"import_id": "'; --"}).json() == []
    assert signed_in("analyst").get("/api/admin/imports").status_code == 403


def enter(visit: Visit, place: str, login: str) -> Page:
    """Sign in on the page of accounts."""
    visit.page.goto(f"{visit.address}/{place}")
    visit.page.fill("#login", login)
    visit.page.fill("#password", PASSWORD)
    visit.page.click("button[type=submit]")
    visit.page.wait_for_selector(".office")
    return visit.page


@pytest.mark.browser
def test_ones_own_account_in_the_browser(browser: Browser, address: str, toy_engine: Engine) -> None:
    make_account(toy_engine, "somebody", PASSWORD, "viewer", name="某人")
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
    visit = Visit(context, address)
    page = enter(visit, "account", "somebody")
    page.fill(".card:has-text('应用密码') input:not([type=password])", "QGIS 桌面")
    page.fill(".card:has-text('应用密码') input[type=password]", PASSWORD)
    page.click("text=新建应用密码")
    page.wait_for_selector("dialog .secret code")
    secret = page.locator("dialog .secret code").nth(1).inner_text()
    page.keyboard.press("Escape")
    page.wait_for_selector(".rows:has-text('QGIS 桌面')")
    assert secret not in page.content(), "shown once"
    assert httpx.get(f"{address}/api/plans", auth=("somebody", secret)).status_code == 200
    page.click(".card:has-text('应用密码') .rows button:has-text('撤销')")
    page.wait_for_selector(".card:has-text('应用密码') .hint")
    assert httpx.get(f"{address}/api/plans", auth=("somebody", secret)).status_code == 401
    page.fill(".card:has(h3:text-is('第二因素')) input", PASSWORD)
    page.click("text=启用 >> nth=-1")
    page.wait_for_selector("img.qr")
    assert page.evaluate("document.querySelector('img.qr').naturalWidth") > 20
    new = "another horse battery"
    for place, value in enumerate((PASSWORD, new, new)):
        page.locator(".card:has(h3:text-is('修改密码')) input").nth(place).fill(value)
    page.click(".card:has(h3:text-is('修改密码')) button")
    page.wait_for_selector(".form-message.good:has-text('密码已修改')")
    context.close()
    assert [said for said in visit.complaints if "401" not in said] == []


@pytest.mark.browser
def test_administration_in_the_browser(browser: Browser, address: str, toy_engine: Engine) -> None:
    context = browser.new_context(viewport=OFFICE, locale="zh-CN", reduced_motion="reduce")
    visit = Visit(context, address)
    page = enter(visit, "admin", "administrator")
    page.click("text=新建账号")
    inputs = page.locator("dialog input")
    for place, value in enumerate(("newcomer", "新人", "a long enough secret")):
        inputs.nth(place).fill(value)
    page.locator("dialog select").first.select_option("officer")
    page.fill("dialog textarea", "grid:A-g0\ngrid:A-g2")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("tr:has-text('newcomer')")
    page.keyboard.press("Escape")
    row = page.locator("tr:has-text('newcomer')")
    assert "网格 民治社区 · 网格1" in row.inner_text() and "网格员" in row.inner_text()
    assert row.locator("li").nth(1).get_attribute("title") == "grid:A-g2", "the key is there for who needs it"
    row.locator("button").click()
    page.click("dialog button:text-is('停用')")
    page.wait_for_selector("tr:has-text('newcomer') .tag.poor")
    with drafts.second_draft(toy_engine):
        page.click("a[href='#plans']")
        page.click("tr:has-text('另一草稿') button:has-text('丢弃')")
        page.click("dialog button[type=submit]")
        page.wait_for_selector("tr:has-text('另一草稿')", state="detached")
    page.click("a[href='#imports']")
    page.wait_for_selector(".card table, .card .hint")
    page.click(".bar-end .ghost")
    page = enter(visit, "admin", "auditor")
    page.wait_for_selector("h2:text-is('审计')")
    page.locator(".fields select").select_option("discard")
    page.click("button:text-is('显示')")
    page.wait_for_selector("td span:text-is('丢弃草稿')")
    assert page.locator("td span:text-is('新建账号')").count() == 0, "only what was asked for"
    page.click(".language")
    page.wait_for_selector("td span:text-is('Account made')")
    context.close()
    assert visit.complaints == [] and visit.foreign == []
