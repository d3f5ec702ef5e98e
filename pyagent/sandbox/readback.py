"""What the jail sends back, read as hostile: plain bytes, numbered names, sizes capped."""

import struct
from collections.abc import Mapping, Sequence

HEADER = struct.Struct("<BIQ")
"""Kind, number, size of the body that follows (`native/jail/src/records.rs`)."""
STARTED, FILE, ENDED, FAILED = 1, 2, 3, 4

FILE_BYTES = 64 << 20
"""Largest collected file; a larger one is missing from the answer."""
TOTAL_BYTES = 256 << 20
"""Of all collected files; what comes after is missing from the answer."""
CODES = 256


class Readback:
    """Folds the jail's records; the first word counts, nonsense ends the listening."""

    def __init__(self, names: Sequence[str]) -> None:
        """Expect files for `names`, by their number."""
        self.started = False
        self.code: int | None = None
        self.peak_bytes = 0
        self.failure: str | None = None
        self._names = tuple(names)
        self._files: dict[str, bytes] = {}
        self._buffer = bytearray()
        self._taken = 0
        self._deaf = False

    @property
    def files(self) -> Mapping[str, bytes]:
        """Collected so far, by name."""
        return self._files

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the stream, cut anywhere."""
        self._taken += len(chunk)
        if self._deaf or self._taken > TOTAL_BYTES:
            self._stop()
            return
        self._buffer += chunk
        while not self._deaf and len(self._buffer) >= HEADER.size:
            kind, number, size = HEADER.unpack_from(self._buffer)
            if size > FILE_BYTES:
                self._stop()
            end = HEADER.size + size
            if len(self._buffer) < end:
                return
            body = bytes(memoryview(self._buffer)[HEADER.size : end])
            del self._buffer[:end]
            self._record(kind, number, body)

    def _record(self, kind: int, number: int, body: bytes) -> None:
        if kind == FAILED and not self.started:
            self.failure = body.decode(errors="replace")
        elif kind == STARTED:
            self.started = True
        elif kind == FILE and number < len(self._names) and self.code is None:
            self._files.setdefault(self._names[number], body)
        elif kind == ENDED and number < CODES and self.code is None:
            self.code = number
            self.peak_bytes = int.from_bytes(body[:8], "little")
        else:
            self._stop()

    def _stop(self) -> None:
        self._deaf = True
        self._buffer.clear()
