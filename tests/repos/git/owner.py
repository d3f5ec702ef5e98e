"""Somebody's repository, driven by ordinary git as its owner would."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """A folder under git, with a person's own name on the commits."""

    folder: Path

    def git(self, *argv: str) -> str:
        who = ["-c", "user.name=Owner", "-c", "user.email=owner@example.org", "-c", "init.defaultBranch=main"]
        clean = {"PATH": os.environ["PATH"], "HOME": str(self.folder.parent), "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", *who, *argv], cwd=self.folder, env=clean, check=True, capture_output=True, text=True, timeout=60
        )
        return done.stdout.strip()

    def write(self, path: str, text: str | bytes) -> None:
        full = self.folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(text.encode() if isinstance(text, str) else text)

    def commit(self, **files: str) -> str:
        """Write NAME.py for each keyword, commit everything, return the hash."""
        for name, text in files.items():
            self.write(f"{name}.py", text)
        self.git("add", "-A")
        self.git("commit", "--quiet", "--allow-empty", "-m", "work")
        return self.git("rev-parse", "HEAD")
