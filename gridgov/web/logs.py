"""What the server writes about itself: one line an event, as JSON or for a terminal, and nothing about a person."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any, Literal

import structlog
from structlog.types import EventDict, Processor

FOREIGN = ("uvicorn", "uvicorn.error", "asyncio", "gridgov")
"""Loggers of others whose lines are written in the same form."""


def configure_logs(form: Literal["json", "text"] = "json", level: str = "info") -> None:
    """Send every log line of this process to standard error in one form.

    Parameters
    ----------
    form : {"json", "text"}
        One JSON object a line, or coloured text.
    level : str
        Least level written: ``"debug"``, ``"info"``, ``"warning"`` or ``"error"``.
    """
    steps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        strip_exception,
    ]
    last: Processor = structlog.dev.ConsoleRenderer() if form == "text" else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=steps,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(_LEVELS[level])
    for name in FOREIGN:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # one line a request is written by gridgov itself, with the route in place of the address
    logging.getLogger("uvicorn.access").disabled = True
    # says at every look at the database which dialect it speaks
    logging.getLogger("alembic").setLevel(logging.WARNING)


def strip_exception(logger: Any, method: str, event: EventDict) -> EventDict:
    """Keep of an exception its class and its places in the code.

    Its text may hold what somebody typed or what a row of the database says, and a log is no place for that.

    Parameters
    ----------
    logger, method : Any
        Who writes it, and how; not looked at.
    event : dict
        The event of a log line.

    Returns
    -------
    dict
        The event, ``exc_info`` replaced by ``exception``: a list of classes and places.
    """
    given = event.pop("exc_info", None)
    if not given:
        return event
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if error is not None:
        event["exception"] = _describe(error)
    return event


def _describe(error: BaseException) -> list[str]:
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        frames = traceback.extract_tb(seen.__traceback__)[-_DEEPEST:]
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return lines


_DEEPEST = 12
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
