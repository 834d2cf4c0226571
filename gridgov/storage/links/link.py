"""One connection that sends several statements at once and reads their answers as they come.

It speaks to libpq through `psycopg.pq`, without cursors: a tile costs 0.07 ms of Python this way and 0.3 ms through a
cursor in pipeline mode, and tiles are what a map asks for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus

from gridgov.errors import DatabaseError, GridgovError, TooSlowError
from gridgov.storage.links.ask import Ask, Row

BINARY = 1
KEPT_MOST = 400
"""Statements kept on one connection; beyond it they are planned anew at each call."""

CANCELLED = "57014"
"""What the server says when a statement took longer than it may (`statement_timeout`)."""


_Step = tuple[tuple[str, str], bytes] | None


class LinkLostError(DatabaseError):
    """The connection ended before the answers came."""


class Link:
    """An open connection; made by `open_link`.

    Parameters
    ----------
    connection : psycopg.AsyncConnection
        A fresh connection; the link keeps it for itself.
    """

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._connection = connection
        self._libpq = connection.pgconn
        self._loop = asyncio.get_running_loop()
        self._waiter: asyncio.Future[None] | None = None
        self._kept: dict[tuple[str, str], bytes] = {}
        self._named = 0
        self.lost = False
        self._libpq.nonblocking = 1
        self._libpq.enter_pipeline_mode()
        self._socket = self._libpq.socket
        self._loop.add_reader(self._socket, self._take_in)

    async def run(self, asks: Sequence[Ask], mark: str = "") -> list[list[Row]]:
        """Ask and wait for all answers; the statements are one transaction, which ends with the last of them.

        Parameters
        ----------
        asks : sequence of Ask
            The statements, in order; each sees what those before it did (`set_config`).
        mark : str
            Statements are kept by mark, so that a plan made for one role is not thrown away for the next.

        Returns
        -------
        list of list of tuple
            The rows of each.

        Raises
        ------
        LinkLostError
            When the connection ended.
        TooSlowError
            When a statement took longer than it may.
        DatabaseError
            When the server refused one; ``facts["sqlstate"]`` says why.
        """
        # all of it before the first is sent: what cannot be spelled must not leave half a transaction behind
        values = [ask.encode() for ask in asks]
        finished = False
        try:
            steps = [step for ask, given in zip(asks, values, strict=True) for step in self._send(ask, given, mark)]
            self._libpq.pipeline_sync()
            while self._libpq.flush():
                await self._may_write()
            answers = await self._read_answers(steps)
            finished = True
        except psycopg.OperationalError as error:
            raise LinkLostError(f"the database ended a connection: {error}") from error
        except GridgovError as error:
            finished = not isinstance(error, LinkLostError)
            raise
        finally:
            # also when the task is cancelled: answers that nobody reads would come to the next caller
            if not finished:
                self.close()
        return answers

    def close(self) -> None:
        """End the connection."""
        if not self.lost:
            self.lost = True
            if not self._loop.is_closed():
                self._loop.remove_reader(self._socket)
            self._libpq.finish()
        _wake(self._waiter)

    def _send(self, ask: Ask, values: list[bytes | None], mark: str) -> list[_Step]:
        """Send one statement; return what answers are to come, those to a preparation with what to remember then."""
        key = (mark, ask.sql)
        name = self._kept.get(key)
        if name is not None:
            self._libpq.send_query_prepared(name, values, result_format=BINARY)
            return [None]
        if not ask.keep or len(self._kept) >= KEPT_MOST:
            self._libpq.send_query_params(ask.numbered, values, result_format=BINARY)
            return [None]
        self._named += 1
        name = f"gridgov_{self._named}".encode()
        self._libpq.send_prepare(name, ask.numbered)
        self._libpq.send_query_prepared(name, values, result_format=BINARY)
        return [(key, name), None]

    async def _read_answers(self, steps: Sequence[_Step]) -> list[list[Row]]:
        answers: list[list[Row]] = []
        error: GridgovError | None = None
        for step in steps:
            result = await self._next_result()
            if result.status == ExecStatus.TUPLES_OK:
                answers.append(_read_rows(result))
            elif result.status == ExecStatus.COMMAND_OK:
                if step is None:
                    answers.append([])
                else:
                    self._kept[step[0]] = step[1]
            elif result.status != ExecStatus.PIPELINE_ABORTED:
                error = error or _to_error(result)
        await self._next_result()  # the end of the transaction
        if error is not None:
            error.facts["answers"] = answers
            raise error
        return answers

    async def _next_result(self) -> psycopg.pq.abc.PGresult:
        silent = 0
        while True:
            while not self.lost and self._libpq.is_busy():
                self._waiter = self._loop.create_future()
                await self._waiter
            result = None if self.lost else self._libpq.get_result()
            if result is not None:
                if self._libpq.status != ConnStatus.OK:
                    raise LinkLostError("the database ended a connection")
                return result
            # one silence ends the answer to a statement, two are the end of everything
            silent += 1
            if silent > 1 or self.lost:
                raise LinkLostError("the database ended a connection")

    def _take_in(self) -> None:
        try:
            self._libpq.consume_input()
            awake = not self._libpq.is_busy()
        except psycopg.OperationalError:
            self.close()
            return
        if awake:
            _wake(self._waiter)

    async def _may_write(self) -> None:
        ready = self._loop.create_future()
        self._loop.add_writer(self._socket, _wake, ready)
        try:
            await ready
        finally:
            self._loop.remove_writer(self._socket)


async def open_link(address: str) -> Link:
    """Connect.

    Parameters
    ----------
    address : str
        Address as libpq reads it.

    Returns
    -------
    Link
        An open link.

    Raises
    ------
    DatabaseError
        When the server cannot be reached.
    """
    try:
        return Link(await psycopg.AsyncConnection.connect(address, autocommit=True))
    except psycopg.OperationalError as error:
        raise DatabaseError(f"The database cannot be reached: {str(error).strip()}") from error


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


def _read_rows(result: psycopg.pq.abc.PGresult) -> list[Row]:
    columns = range(result.nfields)
    return [tuple(result.get_value(row, column) for column in columns) for row in range(result.ntuples)]


def _to_error(result: psycopg.pq.abc.PGresult) -> GridgovError:
    state = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
    if state == CANCELLED:
        return TooSlowError("This took longer than a request may. Ask for less: a smaller area or fewer things.")
    if state[:2] in ("57", "08"):
        return LinkLostError(f"the database ended a connection ({state})", sqlstate=state)
    # without the server's words: they may repeat a value
    return DatabaseError(f"The database refused a statement ({state}).", sqlstate=state)
