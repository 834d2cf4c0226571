"""Take a filtered layer out as a file; what is about people only with a reason, a mark in each row and a last day."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from gridgov.errors import InputError, QueryError
from gridgov.storage.accounts import Account
from gridgov.storage.audit import note_act
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


def make_download(
    connection: Connection,
    account: Account,
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
    account : Account
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
    collection, at = question.collection, at or dt.datetime.now(dt.UTC)
    if ending not in FORMATS:
        raise QueryError(f"Layers are taken out as {', '.join(FORMATS)}, not {ending[:20]!r}.")
    said = (reason or "").strip()
    if collection.personal and not LEAST_REASON <= len(said) <= MOST_REASON:
        raise QueryError(
            f"{collection.name} are about people: say in the parameter reason, in {LEAST_REASON} to {MOST_REASON} "
            "characters, what the copy is for. It stands in the audit."
        )
    most = MOST_PERSONAL_ROWS if collection.personal else MOST_ROWS
    frame = read_features(connection, question, most + 1)
    if len(frame) > most:
        raise InputError(f"More than {most} rows match. Ask for less by bbox, filter or properties.")
    number = secrets.token_hex(6)
    expires_on = (at + dt.timedelta(days=KEPT_DAYS)).date() if collection.personal else None
    if expires_on is not None:
        place = len(frame.columns) - (collection.geometry is not None)
        frame.insert(place, "watermark", f"{account.login} {at:%Y-%m-%d %H:%M}Z {number}; delete by {expires_on}")
    facts = {
        "rows": len(frame),
        "format": ending,
        "number": number,
        "properties": [p.name for p in question.properties],
    }
    if expires_on is not None:
        facts |= {"reason": said, "expires_on": expires_on.isoformat()}
    note_act(connection, "layer-taken-out", collection.name, facts)
    path = write_layer_file(frame, folder / f"{collection.name}-{number}.{ending}", collection.name, mark=mark)
    return Download(path, FORMATS[ending], expires_on)
