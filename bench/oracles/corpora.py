"""Python trees that are on this machine anyway: the standard library and packages of our lock."""

import sysconfig
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Corpus:
    """Some files of one origin."""

    name: str
    files: tuple[Path, ...]


def standard_library() -> Corpus:
    """Every file of the interpreter's library, its own tests included."""
    root = Path(sysconfig.get_paths()["stdlib"])
    files = (path for path in sorted(root.rglob("*.py")) if "site-packages" not in path.parts)
    return Corpus(f"Python {sysconfig.get_python_version()} standard library", tuple(files))


def largest_packages(count: int) -> list[Corpus]:
    """The installed distributions with the most Python source, ours left out."""
    sized = [(sum(path.stat().st_size for path in files), name, files) for name, files in _sources()]
    sized.sort(reverse=True)
    return [Corpus(name, tuple(files)) for _, name, files in sized[:count]]


def _sources() -> list[tuple[str, list[Path]]]:
    found: list[tuple[str, list[Path]]] = []
    for package in metadata.distributions():
        files = [Path(str(package.locate_file(file))) for file in package.files or () if file.suffix == ".py"]
        files = sorted(path for path in files if path.is_file())
        if files and not package.metadata["Name"].startswith("pyagent"):
            found.append((f"{package.metadata['Name']} {package.version}", files))
    return found
