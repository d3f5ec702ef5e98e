"""A `git` that strikes: before, during or after its real self does the n-th of one kind of work, it kills our process.

It stands first on the PATH of the struck command. Before: git never ran. After: git has done its
work and nobody learns it. During: git itself is killed a few milliseconds into its work, so that
locks, packs and objects are left half written.
"""

import shutil
from collections import Counter
from pathlib import Path

VERBS = ("init", "fetch", "fast-import", "update-ref", "symbolic-ref", "merge-tree", "commit-tree")
"""What writes; the rest only reads."""
MOMENTS = ("before", "during", "after")
NEVER = "none 0 none 00"
"""The order that only counts."""

_SCRIPT = """#!/bin/sh
folder=${0%/*}
for word in "$@"; do
    case $word in VERBS) verb=$word; break;; esac
done
[ -n "$verb" ] || exec GIT "$@"
echo "$verb" >>"$folder/log"
read -r struck at moment milliseconds <"$folder/order"
if [ "$verb" != "$struck" ] || [ "$(grep -cx "$verb" "$folder/log")" -ne "$at" ]; then
    exec GIT "$@"
fi
if [ "$moment" = during ]; then
    GIT "$@" <&0 &
    sleep "0.0$milliseconds"
    kill -9 $!
elif [ "$moment" = after ]; then
    GIT "$@"
fi
echo "$struck $at $moment" >"$folder/struck"
kill -9 $PPID
"""


def lay(folder: Path, order: str) -> None:
    """Put the striking git into `folder`. `order`: verb, which of them, moment, and milliseconds in two digits."""
    real = shutil.which("git")
    if real is None:
        raise FileNotFoundError("git")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "order").write_text(f"{order}\n")
    (folder / "git").write_text(_SCRIPT.replace("VERBS", "|".join(VERBS)).replace("GIT", real))
    (folder / "git").chmod(0o755)


def struck(folder: Path) -> bool:
    """Whether the blow fell."""
    return (folder / "struck").exists()


def counted(folder: Path) -> Counter[str]:
    """How often each kind of work was asked for."""
    log = folder / "log"
    return Counter(log.read_text().split()) if log.exists() else Counter()
