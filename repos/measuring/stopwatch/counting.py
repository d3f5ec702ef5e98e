"""Switches valgrind's instruction counter on and off from inside the process it runs.

A client request is a sequence of instructions that does nothing on a bare processor and that
valgrind recognises (valgrind 3.19, include/valgrind.h, `__SPECIAL_INSTRUCTION_PREAMBLE`, amd64;
callgrind.h). Start-up and imports run uncounted, at a tenth of the cost.
"""

from __future__ import annotations

import ctypes
import mmap

# mov rax, rdi; xor edx, edx; rol rdi, 3; rol rdi, 13; rol rdi, 61; rol rdi, 51; xchg rbx, rbx; mov rax, rdx; ret
_REQUEST = bytes.fromhex("4889f8 31d2 48c1c703 48c1c70d 48c1c73d 48c1c733 4887db 4889d0 c3")
_CALLGRIND = ord("C") << 24 | ord("T") << 16
_RUNNING, _START, _STOP = 0x1001, _CALLGRIND + 4, _CALLGRIND + 5


class Counter:
    """Counts between `start` and `stop`; `there` is False outside valgrind."""

    def __init__(self) -> None:
        """Write the request into executable memory; OSError where that is forbidden."""
        self._code = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self._code.write(_REQUEST)
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._code))
        self._ask = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p)(address)
        self._words = [(ctypes.c_size_t * 6)(number, 0, 0, 0, 0, 0) for number in (_RUNNING, _START, _STOP)]
        running, self._start, self._stop = (ctypes.addressof(words) for words in self._words)
        self.there = bool(self._ask(running))

    def start(self) -> None:
        """Count from now on."""
        self._ask(self._start)

    def stop(self) -> None:
        """Count no more."""
        self._ask(self._stop)
