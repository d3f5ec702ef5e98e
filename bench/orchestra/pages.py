"""The pages of both programs as a browser without a network shows them after a run."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Page, Request, sync_playwright

from bench.orchestra.asking import posted
from bench.orchestra.playing import Orchestra

LOCAL = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
ASSETS = ("ideas", "metrics", "findings", "tickets", "proposals", "validations", "queue", "merges", "lessons")
DRAWN = "Math.max(0, ...[...document.images].filter(i => i.src.startsWith('data:')).map(i => i.naturalWidth))"
"""Width of the largest picture that came with a page's own data."""
LINEAGE = "assets/tickets?view=lineage&lineageScope=neighbors&lineageDepth=6"
OFFLINE = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
"""No name leads anywhere: what a page asks for elsewhere fails, and is counted."""
PATIENCE = 30_000
"""Milliseconds for a page to show what it should."""


@dataclass
class _Look:
    page: Page
    pictures: Path | None
    faults: list[str] = field(default_factory=list)

    def at(self, name: str, url: str, *words: str) -> None:
        """Open a page and wait until it shows every word."""
        self.page.goto(url, timeout=PATIENCE)
        for word in words:
            try:
                self.page.get_by_text(word).first.wait_for(state="visible", timeout=PATIENCE)
            except Error:
                self.faults.append(f"{name}: {url} does not show {word!r}")
        self.taken(name)

    def taken(self, name: str) -> None:
        """A picture, where pictures are wanted."""
        self.page.wait_for_timeout(2000)  # graphs glide into their place
        if self.pictures is not None:
            self.pictures.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=self.pictures / f"{name}.png")


def look_at(playing: Orchestra, slug: str, pictures: Path | None) -> list[str]:
    """Asset graph, a partition with its figures and plot, a run with its artifacts; what is not as it should be."""
    outside = set[str]()
    flow = _flow_run(playing, slug)

    def watched(request: Request) -> None:
        if not request.url.startswith(LOCAL):
            outside.add(request.url)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OFFLINE)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.on("request", watched)
        look = _Look(page, pictures)
        look.at("dagster-graph", f"{playing.dagster}/{LINEAGE}", *ASSETS)
        look.at(
            "dagster-partition",
            f"{playing.dagster}/assets/metrics?view=partitions&partition={slug}",
            slug,
            "functions by complexity",
        )
        _plot(look)
        look.taken("dagster-plot")
        look.at("prefect-run", f"{playing.prefect}/runs/flow-run/{flow}", f"improve {slug}", "Completed", "Artifacts")
        page.get_by_text("Artifacts").first.click()
        look.taken("prefect-artifacts")
        look.faults += list(_artifacts(playing, flow))
        browser.close()
    print(f"pages: {len(outside)} requests beyond this machine, faults: {len(look.faults)}")
    return [*look.faults, *(f"asked for {url}" for url in sorted(outside))]


def _plot(look: _Look) -> None:
    """The picture behind the first "Show Markdown": an image that the browser could draw."""
    try:
        look.page.get_by_text("Show Markdown").first.click(timeout=PATIENCE)
        look.page.wait_for_function(f"() => ({DRAWN}) > 0", timeout=PATIENCE)
    except Error as error:
        look.faults.append(f"dagster-partition: no picture: {error.message.splitlines()[0]}")


def _flow_run(playing: Orchestra, slug: str) -> str:
    runs = posted(f"{playing.prefect}/api/flow_runs/filter", {"flow_runs": {"name": {"any_": [f"improve {slug}"]}}})
    return runs[0]["id"]


def _artifacts(playing: Orchestra, flow: str) -> Iterator[str]:
    asked = {"artifacts": {"flow_run_id": {"any_": [flow]}}}
    kinds = {each["type"] for each in posted(f"{playing.prefect}/api/artifacts/filter", asked)}
    for kind in sorted({"progress", "table"} - kinds):
        yield f"prefect-run: no {kind} among its artifacts {json.dumps(sorted(kinds))}"
