"""The report in a real browser: it loads alone, opens, fits, and can be read in light and dark."""

import shutil
from collections.abc import Generator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from cli.report.render import page as rendered
from pyagent.pictures import BANDS
from tests.cli.pages import EMPTY, FULL
from tests.plugins.loops import Loops

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOOKS = [("light", 1200), ("light", 360), ("dark", 1200), ("dark", 360)]

CONTRASTS = """() => {
  const luminance = c => c.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0)
  const colour = text => text.match(/[\\d.]+/g).map(Number)
  const behind = element => {
    if (element.closest('svg text')) {
      const tile = element.parentElement.querySelector('rect')
      if (/ink/.test(element.getAttribute('class')) && tile) return colour(getComputedStyle(tile).fill)
    }
    for (let at = element; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor)
      if (found.length < 4 || found[3] > 0) return found
    }
    return [255, 255, 255]
  }
  const poor = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    const shown = walker.currentNode.data.trim() && element.checkVisibility() && !element.closest('style,title')
    if (!shown) continue
    const style = getComputedStyle(element)
    const ink = colour(element.closest('svg') ? style.fill : style.color).slice(0, 3)
    const [dark, light] = [luminance(ink), luminance(behind(element).slice(0, 3))].sort((a, b) => a - b)
    const ratio = (light + .05) / (dark + .05)
    if (ratio < 4.5) poor.push([ratio, element.tagName, element.className.baseVal ?? element.className])
  }
  return poor
}"""


@dataclass
class Opened:
    """A page in the browser and everything it asked for or complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, script: str) -> Any:
        return self.page.evaluate(script)

    def open_all(self) -> None:
        self.ask("document.querySelectorAll('details').forEach(each => each.open = true)")


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    chromium = shutil.which("chromium") or pytest.fail("chromium is not installed; `make` installs it.", pytrace=False)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield found
        found.close()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / "full.html"
    path.write_text(rendered(FULL), "utf-8")
    return path


def opened(browser: Browser, path: Path, scheme: str = "light", width: int = 1200) -> Opened:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    found = Opened(page)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("console", lambda message: found.complaints.append(message.text))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("dialog", lambda dialog: found.complaints.append(dialog.message))
    page.goto(path.as_uri())
    return found


def test_the_page_of_a_real_loop_asks_for_nothing_and_complains_of_nothing(browser: Browser, loops: Loops) -> None:
    path = loops.merged / "report.html"
    found = opened(browser, path)
    found.open_all()
    assert found.requests == [path.as_uri()]
    assert found.complaints == []
    assert "Merged (4)" in found.ask("document.body.innerText")


def test_what_a_target_says_never_becomes_markup(browser: Browser, full: Path) -> None:
    found = opened(browser, full)
    found.open_all()
    assert found.requests == [full.as_uri()]
    assert found.complaints == []
    assert found.ask("document.images.length") == 0
    assert "{{ 7 * 7 }}" in found.ask("document.body.innerText")


def test_every_change_has_its_details_closed_at_first(browser: Browser, full: Path) -> None:
    found = opened(browser, full)
    state = found.ask("[...document.querySelectorAll('details[id]')].map(each => [each.id, each.open])")
    assert state == [[change, False] for change in dict(state)]
    assert sorted(dict(state)) == sorted(change.change for change in FULL.changes)


def test_a_change_opens_by_click_and_by_keyboard(browser: Browser, full: Path) -> None:
    found = opened(browser, full)
    first, second = (found.page.locator("details[id]").nth(at) for at in (0, 1))
    first.locator("summary").first.click()
    assert first.locator("pre").first.is_visible()
    second.locator("summary").first.focus()
    found.page.keyboard.press("Enter")
    assert second.locator("pre").first.is_visible()
    found.page.keyboard.press("Space")
    assert not second.locator("pre").first.is_visible()


def test_the_keyboard_reaches_links_then_changes_in_reading_order(browser: Browser, full: Path) -> None:
    found = opened(browser, full)
    names = []
    for _ in range(40):
        found.page.keyboard.press("Tab")
        names.append(found.ask("document.activeElement.tagName"))
    assert names[0] == "A"
    assert "SUMMARY" in names
    assert names == sorted(names)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_nothing_overflows_and_every_text_can_be_read(browser: Browser, full: Path, scheme: str, width: int) -> None:
    found = opened(browser, full, scheme, width)
    assert found.ask("document.documentElement.scrollWidth") <= width
    found.open_all()
    assert found.ask("document.documentElement.scrollWidth") <= width
    assert found.ask(CONTRASTS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_band_is_there_to_be_read(browser: Browser, full: Path, scheme: str) -> None:
    found = opened(browser, full, scheme)
    inks = found.ask(
        "new Set([...document.querySelectorAll('svg text[class^=ink]')].map(t => t.getAttribute('class'))).size"
    )
    assert inks == len(BANDS)


def test_headings_stand_in_order_below_one_title(browser: Browser, full: Path) -> None:
    levels = opened(browser, full).ask("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_basics_of_accessibility_hold(browser: Browser, full: Path) -> None:
    found = opened(browser, full)
    found.open_all()
    assert found.ask("document.documentElement.lang") == "en"
    assert "shapes" in found.ask("document.title")
    assert found.ask("document.querySelectorAll('main').length") == 1
    assert found.ask("[...document.querySelectorAll('svg')].every(s => s.getAttribute('aria-label'))")
    assert found.ask("[...document.querySelectorAll('th')].every(t => t.scope === 'col' && t.textContent.trim())")
    ids = found.ask("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))
    links = found.ask("[...document.querySelectorAll('a')].map(a => a.getAttribute('href').slice(1))")
    assert set(links) <= set(ids)
    assert found.ask(
        "[...document.querySelectorAll('*')].filter(e => e.scrollWidth > e.clientWidth + 1 &&"
        " getComputedStyle(e).overflowX === 'auto').every(e => e.tabIndex === 0)"
    )


def test_a_long_diff_folds(browser: Browser, full: Path) -> None:
    found = opened(browser, full)
    long = found.page.locator("details[id]").filter(has_text="more lines of the diff")
    long.locator("summary").first.click()
    assert long.locator("pre span").nth(79).is_visible()
    assert not long.locator("pre span").nth(80).is_visible()


def test_a_narrow_screen_gets_pictures_drawn_for_it(browser: Browser, full: Path) -> None:
    found = opened(browser, full, width=360)
    sizes = found.ask(
        "[...document.querySelectorAll('figure svg')].filter(s => s.checkVisibility())"
        ".map(s => s.getBoundingClientRect().width / s.viewBox.baseVal.width)"
    )
    assert len(sizes) == 2
    assert min(sizes) > 0.8


def test_an_empty_report_says_what_comes_first(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_text(rendered(EMPTY), "utf-8")
    text = opened(browser, path).ask("document.body.innerText")
    assert "Nothing was measured yet" in text
    assert "No change was written" in text
    assert "nobody: no class is ticked" in text
