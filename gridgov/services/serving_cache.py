"""Keep what can no longer change, newest use last, up to so many bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict


class ByteCache:
    """Byte strings by key; the one unused for longest goes first when there is no room.

    Parameters
    ----------
    room_bytes : int
        Most bytes kept in all.

    Examples
    --------
    >>> cache = ByteCache(5)
    >>> cache.put("a", b"123")
    >>> cache.put("b", b"456")
    >>> cache.get("a") is None, cache.get("b")
    (True, b'456')
    """

    def __init__(self, room_bytes: int) -> None:
        self._room_bytes = room_bytes
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size_bytes = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """Return what was put under a key.

        Parameters
        ----------
        key : str
            The key.

        Returns
        -------
        bytes or None
            None when it was never put or has gone.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, value: bytes) -> None:
        """Keep a value.

        Parameters
        ----------
        key : str
            The key.
        value : bytes
            What to keep; what is larger than all the room is not kept.
        """
        if len(value) > self._room_bytes:
            return
        with self._lock:
            self._size_bytes += len(value) - len(self._kept.pop(key, b""))
            self._kept[key] = value
            while self._size_bytes > self._room_bytes:
                _, gone = self._kept.popitem(last=False)
                self._size_bytes -= len(gone)
