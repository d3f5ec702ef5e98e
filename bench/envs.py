"""Which source releases reach a green or quarantined base suite unaided, and what that costs.

Run as `make envs`, or `python bench/envs.py [NAME ...]`. Figures are printed for a person to read.
"""

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from uv import find_uv_bin

from pyagent.errors import PyagentError
from pyagent.ports import Limits
from pyagent.sandbox.runner import open_runner
from repos.checkouts import TreeCheckout, export
from repos.environments.wheels import Installer, index_settings
from repos.gates.tests import unusable
from repos.sdists import index_of
from repos.suites.compare import quarantine
from repos.suites.outcomes import NoSuite, SuiteRun
from repos.suites.run import run_suite
from repos.suites.settle import Settled, Workshop, settle
from repos.targets import parse, ready

BEDS = [
    "tomlkit==0.15.2",
    "parso==0.8.7",
    "pyparsing==3.3.3",
    "jinja2==3.1.6",
    "click==8.5.1",
    "bottle==0.13.4",
    "boltons==26.2.0",
    "lark==1.3.1",
]
RESERVES = [
    "beautifulsoup4==4.15.0",
    "docutils==0.23",
    "pycparser==3.12",
    "pyflakes==4.1.0",
    "sqlparse==0.6.1",
    "werkzeug==3.1.9",
    "glom==25.12.0",
    "h11==0.16.0",
    "mistune==3.4.0",
    "more-itertools==11.2.1",
    "pyelftools==0.33",
]
CALLED_UNFIT = [
    "peewee==4.5.3",
    "pdfminer.six==20260107",
    "agate==1.14.2",
    "aiosmtpd==1.4.6",
    "construct==2.10.70",
    "pycodestyle==2.15.0",
    "httpie==3.2.4",
    "sqlglot==30.30.0",
    "anyio==4.16.0",
    "html5lib==1.1",
    "websockets==17.4",
]
BAR = 22
LIMITS = Limits(wall_seconds=600.0)
ATONCE = 2
UNTOLD = {"--rootdir=.", "--continue-on-collection-errors", "-o", "addopts="}
"""Arguments every pytest run has, left out of the table."""


def row(pin: str, state: Path, workshop: Workshop) -> tuple[bool, str]:
    """Whether the suite can judge changes, and the table's row."""
    try:
        found = ready(parse(f"sdist:{pin}", cwd=state), state=state, index=index_of(os.environ))
        checkout = export(found.store, found.repository, commit=found.tip, cache=state / "trees")
        settled = settle(checkout, workshop)
        if isinstance(settled, NoSuite):
            return False, f"{pin:24} -  {settled.reason}"
        return judged(pin, checkout, settled, workshop)
    except PyagentError as refusal:
        return False, f"{pin:24} -  {refusal}"
    except Exception as error:  # noqa: BLE001 - one project must not stop the table
        return False, f"{pin:24} -  {type(error).__name__}: {error}"


def judged(pin: str, checkout: TreeCheckout, settled: Settled, workshop: Workshop) -> tuple[bool, str]:
    """The row of a project whose tests run: one run with lines measured, then two plain ones that show what wavers."""
    covered = run(checkout, settled, workshop, coverage=True)
    first = settled.shown or run(checkout, settled, workshop, coverage=False)
    last = run(checkout, settled, workshop, coverage=False)
    held = quarantine((first, last))
    reason = unusable(last) or ("" if last.passed() - held else "no test passes reliably")
    figures = f"{len(last.outcomes):6} {len(last.passed()):6} {len(held):5}"
    costs = f"{covered.cpu_seconds:7.1f} {last.cpu_seconds:7.1f}"
    words = " ".join([settled.command.kind.value, *(a for a in settled.command.arguments if a not in UNTOLD)])
    return not reason, f"{pin:24} {figures} {costs}  {words[:70]}{f' -- {reason}' if reason else ''}"


def run(checkout: TreeCheckout, settled: Settled, workshop: Workshop, *, coverage: bool) -> SuiteRun:
    """One run of the unchanged tree."""
    return run_suite(
        settled.command,
        settled.environment,
        workshop.runner,
        tree=checkout.root,
        overlay={},
        coverage=coverage,
        limits=workshop.limits,
    )


def main(names: list[str]) -> int:
    """Print the table; status 0 when enough of the projects can judge changes (all, of a named few)."""
    state = Path(os.environ.get("PYAGENT_BENCH_CACHE", tempfile.gettempdir())) / "pyagent-envs"
    state.mkdir(parents=True, exist_ok=True)
    installer = Installer(Path(find_uv_bin()), index_settings(os.environ))
    workshop = Workshop(open_runner(state=state), state / "environments", installer, LIMITS)
    chosen = [p for p in (*BEDS, *RESERVES, *CALLED_UNFIT) if not names or p.partition("==")[0] in names]
    print(f"{'project':24} {'ids':>6} {'passed':>6} {'quar.':>5} {'cpu cov':>7} {'cpu':>7}  command", flush=True)
    good = 0
    with ThreadPoolExecutor(ATONCE) as pool:
        for done in as_completed(pool.submit(row, pin, state, workshop) for pin in chosen):
            fine, line = done.result()
            good += fine
            print(line, flush=True)
    print(f"{good} of {len(chosen)} green or quarantined")
    return 0 if good >= min(BAR, len(chosen)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
