"""Keep the colour numbers of published plans: a published plan never changes, and finding them takes a while."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection

from gridgov.services.serving import Row, read_colours
from gridgov.storage.features import PlanHead

MOST_PLANS = 8
"""Plans whose colours are kept; the one unused for longest goes first."""

_Key = tuple[str, str, datetime]


class ColourBook:
    """Colours of published plans by database, plan and when it was made. For many threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, Row] = OrderedDict()
        self._lock = Lock()

    def read(self, connection: Connection, plan: PlanHead) -> Row:
        """Return the colours of a plan that the caller may see.

        Parameters
        ----------
        connection : sqlalchemy.Connection
            Connection with the caller's rights.
        plan : PlanHead
            The plan, as `choose_plan` gave it to this caller.

        Returns
        -------
        dict
            What `read_colours` returns.
        """
        if not plan.published:
            return read_colours(connection, plan)
        key = (str(connection.engine.url), plan.plan_id, plan.created_at)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = read_colours(connection, plan)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > MOST_PLANS:
                self._kept.popitem(last=False)
        return found


BOOK = ColourBook()
"""The book of this process."""
