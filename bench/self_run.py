"""`make self`: the loop on a clone of this repository, then this repository's own checks on what it merged."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Run, then check out the merged branch and run `make check` and `make test` there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, default=ROOT / ".pyagent" / "self")
    parser.add_argument("--check", choices=("none", "check", "all"), default="all")
    given = parser.parse_args()
    command = [sys.executable, "-m", "cli", "--state", str(given.state), "run", str(ROOT), "--json"]
    command += ["--approve-class", "H,A", "--train-now"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    row = json.loads(done.stdout)["repositories"][0]
    print(json.dumps(row, indent=1))
    if done.returncode not in {0, 10}:
        return done.returncode
    if not row["merged"]:
        print(f"nothing was merged: {row['ended']}; changes: {row['statuses']}; declined: {row['declined']}")
        return 0
    clone = given.state / "merged"
    subprocess.run(["rm", "-rf", str(clone)], check=True)
    store = given.state / "stores" / f"{row['repository']}.git"
    subprocess.run(["git", "clone", "--quiet", str(store), str(clone)], check=True)
    steps = {"none": [], "check": ["check"], "all": ["check", "test"]}[given.check]
    environment = {key: value for key, value in os.environ.items() if key != "VIRTUAL_ENV"}
    return next((code for step in steps if (code := subprocess.call(["make", step], cwd=clone, env=environment))), 0)


if __name__ == "__main__":
    sys.exit(main())
