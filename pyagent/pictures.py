"""Pure data to SVG, used by report, UIs and pull requests alike.

Colours come from CSS custom properties with fallbacks, so a page can set them apart for dark and
light, and a picture that stands alone still has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

BANDS = ((5, "1-5"), (10, "6-10"), (15, "11-15"), (25, "16-25"), (10**9, "over 25"))
"""Cyclomatic complexity: upper bound and label of each band."""

LABELLED_GROUP = (60, 40)
"""Width and height over which a group has room for its name."""

LABELLED_TILE = (24, 14)
"""Width and height over which a tile has room for its name."""

LEAST_LABEL = 6
"""Characters below which a cut label tells nothing."""

COLOURS = ("#d3e0d9", "#a9cbb9", "#e9d08a", "#e39a5b", "#c03a33")
INKS = ("#26332d", "#1c2a23", "#3a2f0d", "#33190a", "#fff6f3")
"""Text on each band; contrast of at least 4.5 to 1 on its colour."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One rectangle of a treemap: its group, its name, its area and the value its colour shows."""

    group: str
    name: str
    area: float
    value: float
    marked: bool = False
    """Outlined, to be found among the others."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in user units."""

    x: float
    y: float
    width: float
    height: float


def band(value: float) -> int:
    """Index into BANDS of a cyclomatic complexity."""
    return next(index for index, (upper, _) in enumerate(BANDS) if value <= upper)


def squarify(areas: Sequence[float], box: Box) -> tuple[Box, ...]:
    """Boxes filling `box`, one per area and in its order, as square as rows allow.

    Areas must be positive and fall. Method: Bruls, Huizing, van Wijk, "Squarified Treemaps" (2000).
    """
    total = sum(areas)
    if not areas or total <= 0 or box.width <= 0 or box.height <= 0:
        return ()
    scale = box.width * box.height / total
    boxes: list[Box] = []
    rest, row = box, list[float]()
    for area in (a * scale for a in areas):
        side = min(rest.width, rest.height)
        if row and _worst([*row, area], side) > _worst(row, side):
            placed, rest = _lay(row, rest)
            boxes += placed
            row = []
        row.append(area)
    return (*boxes, *_lay(row, rest)[0])


def _worst(row: Sequence[float], side: float) -> float:
    """The longest side ratio in a row laid along `side`."""
    total = sum(row)
    if side <= 0:
        return float("inf")
    return max(max(side * side * a / (total * total), total * total / (side * side * a)) for a in row)


def _lay(row: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """Place a row along the shorter side; what is left of the box."""
    total = sum(row)
    placed: list[Box] = []
    if box.width >= box.height:
        thick, at = total / box.height, box.y
        for area in row:
            placed.append(Box(box.x, at, thick, area / thick))
            at += area / thick
        return placed, Box(box.x + thick, box.y, max(box.width - thick, 0), box.height)
    thick, at = total / box.width, box.x
    for area in row:
        placed.append(Box(at, box.y, area / thick, thick))
        at += area / thick
    return placed, Box(box.x, box.y + thick, box.width, max(box.height - thick, 0))


def treemap(tiles: Sequence[Tile], *, width: int = 960, height: int = 460) -> str:
    """An SVG treemap: files as groups, functions as tiles, colour by complexity band."""
    groups: dict[str, list[Tile]] = {}
    for tile in tiles:
        if tile.area > 0:
            groups.setdefault(tile.group, []).append(tile)
    order = sorted(groups, key=lambda name: (-sum(t.area for t in groups[name]), name))
    areas = [sum(t.area for t in groups[name]) for name in order]
    outer = squarify(areas, Box(0, 0, width, height))
    body = "".join(_group(name, groups[name], box) for name, box in zip(order, outer, strict=True))
    return _svg(body, width=width, height=height, title="Functions by size, coloured by cyclomatic complexity")


def _group(name: str, tiles: list[Tile], box: Box) -> str:
    head = 15 if _roomy(box, LABELLED_GROUP) else 0
    inner = Box(box.x + 1, box.y + 1 + head, max(box.width - 2, 0), max(box.height - 2 - head, 0))
    tiles = sorted(tiles, key=lambda t: (-t.area, t.name))
    cells = squarify([t.area for t in tiles], inner)
    label = _text(name, box.x + 4, box.y + 11, box.width - 8, css="group") if head else ""
    return f"<g>{label}{''.join(_tile(t, cell) for t, cell in zip(tiles, cells, strict=False))}</g>"


def _tile(tile: Tile, box: Box) -> str:
    index = band(tile.value)
    short = tile.name.rsplit(".", 1)[-1]
    roomy = _roomy(box, LABELLED_TILE)
    label = _text(short, box.x + 3, box.y + 11, box.width - 6, css=f"ink{index}") if roomy else ""
    # An outline lies on the edge: half of it inside needs half its width of room.
    inset, marked = (0.75, " marked") if tile.marked else (0.0, "")
    tip = escape(f"{tile.group}: {tile.name}, cyclomatic {tile.value:g}, {tile.area:g} lines")
    place = f'x="{box.x + inset:.2f}" y="{box.y + inset:.2f}"'
    size = " ".join(
        f'{side}="{max(length - 1 - 2 * inset, 0.2):.2f}"'
        for side, length in (("width", box.width), ("height", box.height))
    )
    return f'<g><rect class="band{index}{marked}" {place} {size}><title>{tip}</title></rect>{label}</g>'


def _roomy(box: Box, least: tuple[int, int]) -> bool:
    return box.width > least[0] and box.height > least[1]


def _text(text: str, x: float, y: float, room: float, *, css: str) -> str:
    """A label cut to the room it has; 5.9 units a character at 10 px in the page's font."""
    fits = int(room / 5.9)
    if fits < min(len(text), LEAST_LABEL):
        return ""
    shown = text if len(text) <= fits else text[: max(fits - 1, 1)] + "\u2026"
    return f'<text class="{css}" x="{x:.1f}" y="{y:.1f}">{escape(shown)}</text>'


def distributions(before: Sequence[float], after: Sequence[float], *, width: int = 960, height: int = 250) -> str:
    """An SVG of two distributions over the complexity bands, side by side, counts on the bars.

    The scale is by square root, so that the few worst functions can be seen beside the many good.
    """
    counts = [[sum(1 for v in values if band(v) == index) for index in range(len(BANDS))] for values in (before, after)]
    top = max([*counts[0], *counts[1], 1]) ** 0.5
    slot = width / len(BANDS)
    room = height - 52
    parts: list[str] = []
    for index, (_, label) in enumerate(BANDS):
        for side, css in enumerate(("before", f"band{index}")):
            value = counts[side][index]
            tall = value**0.5 / top * room
            x = index * slot + slot * (0.14 + 0.37 * side)
            y = 22 + room - tall
            parts.append(
                f'<rect class="bar {css}" x="{x:.1f}" y="{y:.1f}" width="{slot * 0.34:.1f}" height="{tall:.1f}"/>'
                f'<text class="count" text-anchor="middle" x="{x + slot * 0.17:.1f}" y="{y - 4:.1f}">{value}</text>'
            )
        parts.append(
            f'<text class="axis" text-anchor="middle" x="{(index + 0.5) * slot:.1f}" y="{height - 12}">{label}</text>'
        )
    return _svg(
        "".join(parts), width=width, height=height, title="Functions by cyclomatic complexity, before and after"
    )


def _svg(body: str, *, width: int, height: int, title: str) -> str:
    bands = "".join(
        f".band{i}{{fill:var(--band{i},{COLOURS[i]})}}.ink{i}{{fill:var(--ink{i},{INKS[i]});font-size:10px}}"
        for i in range(len(BANDS))
    )
    style = (
        f"<style>{bands}.before{{fill:var(--quiet,#b8bfbb)}}"
        ".bar{stroke:var(--soft,#5d6b64);stroke-width:.5}"
        ".marked{stroke:var(--text,#26332d);stroke-width:1.5}"
        ".group{fill:var(--text,#26332d);font-size:10px;font-weight:600}"
        ".count,.axis{fill:var(--text,#26332d);font-size:11px}text{font-family:system-ui,sans-serif}</style>"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}"><title>{escape(title)}</title>{style}{body}</svg>'
    )
