"""Whether a wish's target, as a person writes it, points at a place in the code (pure)."""

from pathlib import PurePosixPath


def points_at(target: str, path: str, name: str) -> bool:
    """Whether `target` names the file `path`, a folder above it, or the function `name` in it.

    A path may leave out leading folders (`parser.py` for `src/pkg/parser.py`); `module.function`
    may leave out leading packages, and a method's class may stand alone for all its methods.
    """
    wanted = target.strip().removesuffix("()")
    if "/" in wanted or wanted.endswith(".py"):
        return _is_path(wanted.strip("/").removeprefix("./"), path)
    return _is_dotted(wanted.split("."), path, [part for part in name.split(".") if part and part != "<locals>"])


def dotted(path: str, name: str) -> str:
    """The target a person would write for the function `name` in `path`: `points_at` agrees."""
    module = list(PurePosixPath(path).with_suffix("").parts)
    kept = module[:-1] if module[-1:] == ["__init__"] else module
    return ".".join([*kept, *(part for part in name.split(".") if part != "<locals>")]) if kept else path


def _is_path(wanted: str, path: str) -> bool:
    parts, sought = PurePosixPath(path).parts, PurePosixPath(wanted).parts
    if not sought:
        return False
    if wanted.endswith(".py"):
        return parts[-len(sought) :] == sought
    return any(parts[start : start + len(sought)] == sought for start in range(len(parts) - 1))


def _is_dotted(wanted: list[str], path: str, name: list[str]) -> bool:
    module = list(PurePosixPath(path).with_suffix("").parts)
    if module[-1:] == ["__init__"]:
        module.pop()
    for cut in range(1, len(wanted) + 1):
        head, rest = wanted[:cut], wanted[cut:]
        if module[-cut:] == head and name[: len(rest)] == rest:
            return True
    return False
