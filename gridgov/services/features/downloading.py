"""Take a filtered layer out as a file; what is about people only with a reason, a mark in each row and a last day."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from gridgov.errors import InputError, QueryError
from gridgov.storage.audit import write_audit
from gridgov.storage.collections import Collection
from gridgov.storage.collections.frames import read_features
from gridgov.storage.collections.questions import Question
from gridgov.storage.files.writing import write_layer_file

FORMATS = {
    "gpkg": "application/geopackage+sqlite3",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "fgb": "application/flatgeobuf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Formats by the end of the file's name, and their media types."""

MOST_ROWS, MOST_PERSONAL_ROWS = 200_000, 5_000
KEPT_DAYS = 30
"""Days after which a copy of personal rows is to be deleted."""
LEAST_REASON, MOST_REASON = 6, 200


@dataclass(frozen=True)
class Download:
    """A file that was made."""

    path: Path
    media_type: str
    expires_on: dt.date | None
    """Last day on which it may be kept; None where nothing personal is in it."""
    rows: int


@dataclass(frozen=True)
class Copy:
    """A copy that is about to be made: what number it bears, why, and until when it may be kept."""

    number: str
    at: dt.datetime
    reason: str
    expires_on: dt.date | None


def make_download(
    connection: Connection,
    login: str,
    question: Question,
    ending: str,
    folder: Path,
    *,
    reason: str | None = None,
    mark: bool = True,
    at: dt.datetime | None = None,
) -> Download:
    """Write the features that match into a file.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    login : str
        Who asks.
    question : Question
        What is asked.
    ending : str
        One of `FORMATS`.
    folder : pathlib.Path
        Where the file goes.
    reason : str, optional
        Why; must be given for what is about people.
    mark : bool
        Whether a CSV begins with the mark of UTF-8.
    at : datetime.datetime, optional
        The time; now when left out.

    Returns
    -------
    Download
        The file. The audit has a row about it in the same transaction.

    Raises
    ------
    QueryError
        When the format is unknown or the reason is missing.
    InputError
        When more rows match than may be taken out at once.
    """
    collection = question.collection
    if ending not in FORMATS:
        raise QueryError(f"Layers are taken out as {', '.join(FORMATS)}, not {ending[:20]!r}.")
    copy = _number_copy(collection, reason, at or dt.datetime.now(dt.UTC))
    frame = _read_rows(connection, question)
    _mark_rows(frame, collection, copy, login)
    _note(connection, login, question, copy, ending, len(frame))
    path = write_layer_file(frame, folder / f"{collection.name}-{copy.number}.{ending}", collection.name, mark=mark)
    return Download(path, FORMATS[ending], copy.expires_on, len(frame))


def _number_copy(collection: Collection, reason: str | None, at: dt.datetime) -> Copy:
    said = (reason or "").strip()
    if not collection.personal:
        return Copy(secrets.token_hex(6), at, said, None)
    if not LEAST_REASON <= len(said) <= MOST_REASON:
        raise QueryError(
            f"{collection.name} are about people: say in the parameter reason, in {LEAST_REASON} to {MOST_REASON} "
            "characters, what the copy is for. It stands in the audit."
        )
    return Copy(secrets.token_hex(6), at, said, (at + dt.timedelta(days=KEPT_DAYS)).date())


def _read_rows(connection: Connection, question: Question) -> pd.DataFrame:
    most = MOST_PERSONAL_ROWS if question.collection.personal else MOST_ROWS
    frame = read_features(connection, question, most + 1)
    if len(frame) > most:
        raise InputError(f"More than {most} rows match. Ask for less by bbox, filter or properties.")
    return frame


def _mark_rows(frame: pd.DataFrame, collection: Collection, copy: Copy, login: str) -> None:
    """Write who took a personal row, when and until when, into the row."""
    if copy.expires_on is None:
        return
    place = len(frame.columns) - (collection.geometry is not None)
    frame.insert(place, "watermark", f"{login} {copy.at:%Y-%m-%d %H:%M}Z {copy.number}; delete by {copy.expires_on}")


def _note(connection: Connection, login: str, question: Question, copy: Copy, ending: str, rows: int) -> None:
    facts = {
        "rows": rows,
        "format": ending,
        "number": copy.number,
        "properties": [one.name for one in question.properties],
    }
    if copy.expires_on is not None:
        facts |= {"reason": copy.reason, "expires_on": copy.expires_on.isoformat()}
    write_audit(connection, login, "layer-taken-out", question.collection.name, facts)
