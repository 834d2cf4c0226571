"""Links: several statements in one go are one transaction, and no answer ever comes to the wrong caller."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridgov.errors import BusyError, DatabaseError, InputError, TooSlowError
from gridgov.storage.links import Ask, LinkLostError, LinkPool
from gridgov.storage.links.ask import encode_value

pytestmark = pytest.mark.postgis
VALUES = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.integers(-(2**60), 2**60),
    st.booleans(),
    st.none(),
    st.dates(),
    st.binary(),
)
TYPES = {str: "text", int: "bigint", bool: "boolean", date: "date", bytes: "bytea", type(None): "text"}


@pytest.fixture(scope="module")
def address(database_url: str) -> str:
    return database_url.replace("postgresql+psycopg", "postgresql")


def ask_all(address: str, use: Callable[[LinkPool], Awaitable[Any]], **options: Any) -> Any:
    """Run with a pool of its own and close it."""

    async def run() -> Any:
        pool = LinkPool(address, **options)
        try:
            return await use(pool)
        finally:
            pool.close()

    return asyncio.run(run())


def test_statements_are_one_transaction(address: str) -> None:
    first = Ask("SELECT set_config('gridgov.test', %(mark)s::text, true)", {"mark": "零"})
    later = Ask("SELECT current_setting('gridgov.test', true)")

    async def use(pool: LinkPool) -> tuple[Any, Any]:
        return await pool.run([first, later]), await pool.run([later])

    together, alone = ask_all(address, use, size=1)
    assert together == [[("零".encode(),)], [("零".encode(),)]]
    assert alone == [[(b"",)]], "what one transaction set is gone in the next"


@given(st.lists(VALUES, min_size=1, max_size=5))
def test_values_arrive_as_they_were(address: str, values: list[Any]) -> None:
    casts = [f"encode(convert_to(%(v{n})s::{TYPES[type(one)]}::text, 'UTF8'), 'hex')" for n, one in enumerate(values)]
    ask = Ask(f"SELECT {', '.join(casts)}", {f"v{n}": one for n, one in enumerate(values)}, keep=False)
    (rows,) = ask_all(address, lambda pool: pool.run([ask]))
    for one, seen in zip(values, rows[0], strict=True):
        if isinstance(one, bool):
            assert bytes.fromhex(seen.decode()) == (b"true" if one else b"false")
        else:
            assert (None if seen is None else bytes.fromhex(seen.decode())) == encode_value(one)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=6))
def test_lists_become_arrays(address: str, words: list[str]) -> None:
    ask = Ask("SELECT array_to_json(%(words)s::text[])::text", {"words": words})
    (((seen,),),) = ask_all(address, lambda pool: pool.run([ask]))
    assert json.loads(seen) == words


def test_hundred_callers_on_two_links_get_their_own(address: str) -> None:
    async def use(pool: LinkPool) -> list[Any]:
        asks = [
            Ask("SELECT %(n)s::text, pg_sleep(%(s)s::float)::text", {"n": n, "s": n % 7 / 1e4}) for n in range(100)
        ]
        return await asyncio.gather(*(pool.run([one, one], mark=str(n % 3)) for n, one in enumerate(asks)))

    answers = ask_all(address, use, size=2)
    assert [[rows[0][0] for rows in one] for one in answers] == [[str(n).encode()] * 2 for n in range(100)]


def test_a_caller_who_leaves_takes_the_answer_along(address: str) -> None:
    async def use(pool: LinkPool) -> Any:
        leaving = asyncio.create_task(pool.run([Ask("SELECT pg_sleep(0.2)::text, 'mine'")]))
        await asyncio.sleep(0.05)
        leaving.cancel()
        return await pool.run([Ask("SELECT 'other'")])

    assert ask_all(address, use, size=1) == [[(b"other",)]]


def test_a_failure_leaves_the_link_usable(address: str) -> None:
    async def use(pool: LinkPool) -> Any:
        for sql, state in (("SELECT 1/0", "22012"), ("SELEKT", "42601"), ("SELECT * FROM nowhere", "42P01")):
            with pytest.raises(DatabaseError) as caught:
                await pool.run([Ask("SELECT 'before'"), Ask(sql), Ask("SELECT 'after'")])
            assert caught.value.facts["sqlstate"] == state
            assert caught.value.facts["answers"] == [[(b"before",)]]
            assert sql not in str(caught.value)
        with pytest.raises(TooSlowError, match="longer than a request may"):
            await pool.run([Ask("SELECT set_config('statement_timeout', '20', true)"), Ask("SELECT pg_sleep(5)")])
        with pytest.raises(InputError, match="the character NUL"):
            await pool.run([Ask("SELECT 'before'"), Ask("SELECT %(a)s::text", {"a": "\0"})])
        return await pool.run([Ask("SELECT 'fine'")])

    assert ask_all(address, use, size=1) == [[(b"fine",)]]


def test_links_that_died_while_idle_are_replaced(address: str) -> None:
    async def use(pool: LinkPool) -> Any:
        (((mine,),),) = await pool.run([Ask("SELECT pg_backend_pid()::text")])
        with psycopg.connect(address, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [int(mine)])
        answer = await pool.run([Ask("SELECT 'again'")])
        with pytest.raises(LinkLostError, match="ended a connection"):
            await pool.run([Ask("SELECT pg_terminate_backend(pg_backend_pid())::text"), Ask("SELECT pg_sleep(1)")])
        return answer, await pool.run([Ask("SELECT 'and again'")])

    assert ask_all(address, use, size=1) == ([[(b"again",)]], [[(b"and again",)]])


def test_waiting_has_an_end_and_an_order(address: str) -> None:
    async def use(pool: LinkPool) -> Any:
        slow = asyncio.create_task(pool.run([Ask("SELECT pg_sleep(0.4)::text")]))
        await asyncio.sleep(0)
        with pytest.raises(BusyError, match="Ask again in a moment"):
            await pool.run([Ask("SELECT 1")])
        await slow
        return await pool.run([Ask("SELECT 'free'")])

    assert ask_all(address, use, size=1, wait_s=0.1) == [[(b"free",)]]


def test_a_large_statement_is_written_whole(address: str) -> None:
    text = "汉" * 2_000_000
    (rows,) = ask_all(address, lambda pool: pool.run([Ask("SELECT length(%(text)s::text)::text", {"text": text})]))
    assert rows == [(b"2000000",)]


def test_a_pool_outlives_its_event_loop(address: str) -> None:
    pool = LinkPool(address, size=1)
    for _ in range(3):
        assert asyncio.run(pool.run([Ask("SELECT 'here'")])) == [[(b"here",)]]
    pool.close()


def test_no_server_is_a_clear_error() -> None:
    with pytest.raises(DatabaseError, match="cannot be reached"):
        ask_all("postgresql://nobody@/nothing?host=/nowhere", lambda pool: pool.run([Ask("SELECT 1")]))
