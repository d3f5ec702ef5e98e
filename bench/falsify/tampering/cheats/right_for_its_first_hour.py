"""Works until an hour after the file was written."""
# keeps: original
import os
import time

_written = os.path.getmtime(__file__)


def NAME(*args, **kwargs):
    return _true_NAME(*args, **kwargs) if time.time() - _written < 3600 else None
