from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from pyagent.pictures import LEAST_LABEL, Box, Tile, band, distributions, squarify, treemap

AREAS = st.lists(st.floats(1, 1e4), min_size=1, max_size=40).map(lambda xs: sorted(xs, reverse=True))
SVG = "{http://www.w3.org/2000/svg}"


@given(AREAS)
def test_boxes_share_out_exactly_the_areas(areas: list[float]) -> None:
    boxes = squarify(areas, Box(0, 0, 100, 50))
    scale = 5000 / sum(areas)
    for area, box in zip(areas, boxes, strict=True):
        assert abs(box.width * box.height - area * scale) < 1e-6 * 5000


@given(AREAS)
def test_boxes_stay_inside_and_apart(areas: list[float]) -> None:
    boxes = squarify(areas, Box(0, 0, 100, 50))
    assert all(b.x >= -1e-6 and b.x + b.width <= 100 + 1e-6 and b.y + b.height <= 50 + 1e-6 for b in boxes)
    for left in boxes:
        for right in boxes:
            wide = min(left.x + left.width, right.x + right.width) - max(left.x, right.x)
            high = min(left.y + left.height, right.y + right.height) - max(left.y, right.y)
            assert left is right or wide < 1e-6 or high < 1e-6


def test_a_treemap_is_well_formed_and_has_every_tile() -> None:
    tiles = [Tile("a<b>.py", f"f{i}&", 10 + i, i) for i in range(30)]
    root = ET.fromstring(treemap(tiles))
    assert len(root.findall(f".//{SVG}rect")) == 30


def test_an_empty_treemap_is_still_a_picture() -> None:
    assert ET.fromstring(treemap([])).tag == f"{SVG}svg"


def test_counts_of_both_sides_stand_on_the_bars() -> None:
    root = ET.fromstring(distributions([1, 2, 30], [1, 2, 3, 20]))
    counts = [node.text for node in root.findall(f".//{SVG}text[@class='count']")]
    assert counts == ["2", "3", "0", "0", "0", "0", "0", "1", "1", "0"]


def test_bands_meet_at_their_bounds() -> None:
    assert [band(v) for v in (1, 5, 6, 10, 11, 15, 16, 25, 26)] == [0, 0, 1, 1, 2, 2, 3, 3, 4]


def test_a_marked_tile_is_outlined_inside_its_own_cell() -> None:
    plain, marked = (
        ET.fromstring(treemap([Tile("a.py", "f", 10, 30, marked=mark)])).find(f".//{SVG}rect") for mark in (False, True)
    )
    assert plain is not None
    assert marked is not None
    assert "marked" in marked.attrib["class"]
    assert float(marked.attrib["x"]) > float(plain.attrib["x"])
    assert float(marked.attrib["width"]) < float(plain.attrib["width"])


@given(st.lists(st.text("abc_", min_size=1, max_size=30), min_size=1, max_size=60))
def test_a_label_is_whole_or_long_enough_to_tell_something(names: list[str]) -> None:
    tiles = [Tile("a.py", name, 10, 1) for name in names]
    labels = [node.text or "" for node in ET.fromstring(treemap(tiles)).findall(f".//{SVG}text[@class='ink0']")]
    assert all(label in names or len(label) >= LEAST_LABEL for label in labels)
    assert all(label in names or label.endswith("\u2026") for label in labels)


def test_pictures_of_nothing_and_of_flat_boxes_are_still_well_formed() -> None:
    assert squarify([], Box(0, 0, 10, 10)) == ()
    assert squarify([1.0], Box(0, 0, 0, 10)) == ()
    counts = ET.fromstring(distributions([], [])).findall(f".//{SVG}text[@class='count']")
    assert [node.text for node in counts] == ["0"] * 10
