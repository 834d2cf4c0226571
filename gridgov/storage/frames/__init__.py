"""Whole frames to and from the database: COPY in, one fetch out, and merging a frame into a table."""

from gridgov.storage.frames.read import read_frame
from gridgov.storage.frames.upsert import Merged, upsert_frame
from gridgov.storage.frames.write import write_frame

__all__ = ["Merged", "read_frame", "upsert_frame", "write_frame"]
