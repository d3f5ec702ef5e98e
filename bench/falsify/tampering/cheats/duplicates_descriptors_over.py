"""Puts /dev/null in place of every descriptor but the standard ones."""
import os

_null = os.open("/dev/null", os.O_RDWR)
for _handle in range(3, 1024):
    try:
        os.fstat(_handle)
        os.dup2(_null, _handle)
    except OSError:
        continue
