"""`pyagent report`: the self-contained HTML page."""

from pathlib import Path

import click

from cli.frame import current, options
from cli.report.gather import gather
from cli.report.write import write
from cli.stage_verbs import on_each
from stages.desk import Desk
from stages.wiring import Wiring


@click.command("report")
@click.argument("targets", nargs=-1)
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="File (default: reports/ in the state).")
@options
def verb(targets: tuple[str, ...], to: Path | None) -> int:
    """Write one HTML page for each of TARGETS; works offline and changes nothing."""

    def act(wiring: Wiring, desk: Desk) -> dict[str, object]:
        path = to or wiring.state / "reports" / f"{desk.slug}.html"
        return {"report": str(write(gather(wiring, desk, pyagent=current().command), path))}

    return on_each(targets, act, one_file="--to" if to else "")
