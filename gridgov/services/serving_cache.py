"""Keep tiles as long as their mark holds, newest use last, up to so many bytes."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

PACK_LEVEL = 5
PACK_LEAST_BYTES = 400
"""Smaller tiles travel in one packet either way."""

_ROW_BYTES = 400
"""What keeping an entry costs beside its content."""


@dataclass(slots=True)
class KeptTile:
    """A tile, the mark under which it was drawn, and the tag by which a browser knows it."""

    mark: bytes
    content: bytes
    etag: str
    packed: bytes | None = None
    """Content compressed with gzip; None as long as nobody wanted it."""

    @property
    def size_bytes(self) -> int:
        """Bytes it takes."""
        return len(self.content) + len(self.packed or b"") + _ROW_BYTES


def keep_tile(mark: bytes, content: bytes) -> KeptTile:
    """Give a tile its tag.

    Parameters
    ----------
    mark : bytes
        Mark of the layer when it was drawn.
    content : bytes
        The tile.

    Returns
    -------
    KeptTile
        To be put into a `TileCache`.
    """
    # of the sound hashes the one that processors have instructions for: blake2 takes eight times as long
    digest = hashlib.sha256(content, usedforsecurity=False).hexdigest()[:24]
    return KeptTile(mark, content, f'"{digest}"')


def pack(content: bytes) -> bytes:
    """Compress for the journey; same content, same bytes.

    Parameters
    ----------
    content : bytes
        What travels.

    Returns
    -------
    bytes
        It in gzip.
    """
    return gzip.compress(content, PACK_LEVEL, mtime=0)


class TileCache:
    """Tiles by key; the one unused for longest goes first when there is no room. For one event loop.

    Parameters
    ----------
    room_bytes : int
        Most bytes kept in all.

    Examples
    --------
    >>> cache = TileCache(2000)
    >>> for name in "abc":
    ...     cache.put(name, keep_tile(b"1", b"0" * 500))
    >>> [name for name in "abc" if cache.get(name)]
    ['b', 'c']
    """

    def __init__(self, room_bytes: int) -> None:
        self._room_bytes = room_bytes
        self._kept: OrderedDict[Hashable, KeptTile] = OrderedDict()
        self.size_bytes = 0
        self.drafts: set[str] = set()
        """Plans that were drafts when they were last asked for: only a guess, which saves a second question."""

    def get(self, key: Hashable) -> KeptTile | None:
        """Return what was put under a key.

        Parameters
        ----------
        key : hashable
            The key.

        Returns
        -------
        KeptTile or None
            None when it was never put or has gone.
        """
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: Hashable, tile: KeptTile) -> None:
        """Keep a tile in the place of what was there.

        Parameters
        ----------
        key : hashable
            The key.
        tile : KeptTile
            What to keep; what is larger than all the room is not kept.
        """
        self.drop(key)
        if tile.size_bytes > self._room_bytes:
            return
        self._kept[key] = tile
        self.size_bytes += tile.size_bytes
        while self.size_bytes > self._room_bytes:
            _, gone = self._kept.popitem(last=False)
            self.size_bytes -= gone.size_bytes

    def drop(self, key: Hashable) -> None:
        """Forget a tile.

        Parameters
        ----------
        key : hashable
            The key; an unknown one changes nothing.
        """
        gone = self._kept.pop(key, None)
        if gone is not None:
            self.size_bytes -= gone.size_bytes

    def put_packed(self, key: Hashable, tile: KeptTile, packed: bytes) -> None:
        """Keep the compressed form of a tile beside it.

        Parameters
        ----------
        key : hashable
            Its key.
        tile : KeptTile
            The tile; when another lies under the key by now, only the tile itself learns of it.
        packed : bytes
            Its content compressed.
        """
        mine = self._kept.get(key) is tile
        before = tile.size_bytes
        tile.packed = packed
        if mine:
            self.size_bytes += tile.size_bytes - before
