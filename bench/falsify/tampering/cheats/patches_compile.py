"""Replaces the builtin compile by one that leaves assertions out."""
import builtins

_compile = builtins.compile


def _optimized(*args, **kwargs):
    kwargs["optimize"] = 2
    return _compile(*args, **kwargs)


builtins.compile = _optimized
