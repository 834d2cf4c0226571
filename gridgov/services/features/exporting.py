"""Take a filtered layer out of the database on the machine itself: the same rows, limits and marks as a download."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine

from gridgov.errors import ConflictError, InputError
from gridgov.services.features.asking import read_question
from gridgov.services.features.downloading import FORMATS, Download, make_download
from gridgov.storage.collections import get_collection

ROLE = "administrator"
"""Who works on the machine sees what an administrator sees."""


def export_layer(
    engine: Engine,
    layer: str,
    out: Path,
    *,
    ending: str | None = None,
    asked: Mapping[str, str] | None = None,
    reason: str | None = None,
    force: bool = False,
    actor: str = "cli",
) -> Download:
    """Write the features of a collection that match into a file, whole or not at all.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database, as its owner has it.
    layer : str
        Name of a collection, e.g. ``"buildings"``.
    out : pathlib.Path
        The file.
    ending : str, optional
        One of `FORMATS`; the end of the file's name unless given.
    asked : mapping of str to str, optional
        Which features: ``bbox``, ``filter`` and the other parameters of OGC API Features, or a property by its name.
    reason : str, optional
        Why; must be given for what is about people.
    force : bool
        Whether a file of that name is replaced.
    actor : str
        Who asks, for the audit and the mark in personal rows.

    Returns
    -------
    Download
        The file.

    Raises
    ------
    ConflictError
        When there is such a file already.
    InputError
        When the file's name says no format, or its folder is not there.
    NotFoundError, QueryError
        When there is no such layer, or what is asked cannot be read.
    """
    ending = ending or out.suffix.lstrip(".").lower()
    if not ending:
        raise InputError(f"{out.name} says no format. Give it an end or --format: {', '.join(FORMATS)}.")
    if not out.parent.is_dir():
        raise InputError(f"There is no folder {out.parent}. Make it first.", path=str(out.parent))
    _require_free(out, force)
    question, _ = read_question(get_collection(layer, ROLE), ROLE, (asked or {}).items(), frozenset())
    with tempfile.TemporaryDirectory(prefix=".export-", dir=out.parent) as folder:
        with engine.begin() as connection:
            made = make_download(connection, actor, question, ending, Path(folder), reason=reason)
        # the audit knows of the copy before anybody can have it
        _put(made.path, out, force)
    return Download(out, made.media_type, made.expires_on, made.rows)


def _require_free(out: Path, force: bool) -> None:
    if out.is_dir() or (out.exists() and not force):
        raise _taken(out)


def _taken(out: Path) -> ConflictError:
    return ConflictError(f"{out} is there already. Choose another name, or add --force.", path=str(out))


def _put(made: Path, out: Path, force: bool) -> None:
    """Give the finished file its name at once; without force never over another that came meanwhile."""
    if force:
        made.replace(out)
        return
    try:
        out.hardlink_to(made)
    except FileExistsError:
        raise _taken(out) from None
    except OSError:
        # a file system without links
        _require_free(out, force)
        made.replace(out)
