"""Features as rows of a frame, to be written into a file."""

from __future__ import annotations

import re

import pandas as pd
from sqlalchemy import Connection

from gridgov.storage.collections.questions import Question
from gridgov.storage.collections.statements import make_rows
from gridgov.storage.frames import read_frame

_PLACE = re.compile(r"%\((\w+)\)s")


def read_features(connection: Connection, question: Question, limit: int) -> pd.DataFrame:
    """Read the features that match.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        Connection with the caller's rights.
    question : Question
        What is asked.
    limit : int
        Most rows.

    Returns
    -------
    pandas.DataFrame or geopandas.GeoDataFrame
        One column a property, ordered by key; geometry in EPSG:4490.
    """
    ask = make_rows(question, limit)
    return read_frame(connection, _PLACE.sub(r":\1 ", ask.sql).replace("%%", "%"), ask.values)
