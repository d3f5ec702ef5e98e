from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from repos.environments.inputs import Wanted
from repos.environments.narrowing import Narrowed, freed, narrow
from repos.environments.wheels import Lock, Unresolved

ROWS = (
    Wanted("coverage>=7", "pyagent"),
    Wanted("apple>=1", "pyproject.toml", runtime=True),
    Wanted("pear==2", "tests"),
)


def failing(reason: str, unknown: Sequence[str] = (), unbuilt: Sequence[str] = ()) -> Unresolved:
    return Unresolved(reason, frozenset(unknown), frozenset(unbuilt))


def test_what_resolves_is_taken_whole() -> None:
    found = narrow(ROWS, lambda rows: Lock("\n".join(rows)))
    assert isinstance(found, Narrowed)
    assert found.wanted == ROWS
    assert found.notes == ()


def test_a_name_the_index_lacks_is_left_out_alone() -> None:
    found = narrow(ROWS, lambda rows: failing("no pear", ["pear"]) if "pear==2" in rows else Lock(""))
    assert isinstance(found, Narrowed)
    assert found.wanted == ROWS[:2]
    assert found.notes == ("pear left out: the index does not have it",)


def test_a_pinned_version_without_wheel_is_freed_before_the_name_is_given_up() -> None:
    seen: list[tuple[str, ...]] = []

    def resolve(rows: Sequence[str]) -> Lock | Unresolved:
        seen.append(tuple(rows))
        return failing("no wheel", unbuilt=["pear"]) if any(row.startswith("pear") for row in rows) else Lock("")

    narrow(ROWS, resolve)
    assert [rows[-1] for rows in seen] == ["pear==2", "pear", "apple>=1"]


def test_test_versions_are_freed_before_runtime_versions() -> None:
    found = narrow(ROWS, lambda rows: Lock("") if "pear" in rows else failing("conflict"))
    assert isinstance(found, Narrowed)
    assert [row.text for row in found.wanted] == ["coverage>=7", "apple>=1", "pear"]


def test_what_cannot_be_met_at_all_is_said() -> None:
    answer = narrow(ROWS, lambda _: failing("never"))
    assert isinstance(answer, Unresolved)
    assert answer.reason == "never"


def test_freeing_keeps_extras_and_markers() -> None:
    row = Wanted("pear[x]==2; python_version >= '3'", "tests")
    found = narrow((row,), lambda rows: failing("conflict") if "==" in rows[0] else Lock(""))
    assert isinstance(found, Narrowed)
    assert found.wanted[0].text == 'pear[x]; python_version >= "3"'


@given(st.sets(st.sampled_from(["apple", "pear", "fig", "plum"])))
def test_only_refused_names_are_given_up(refused: set[str]) -> None:
    rows = tuple(Wanted(name, "tests") for name in ("apple", "pear", "fig", "plum"))

    def resolve(given_rows: Sequence[str]) -> Lock | Unresolved:
        bad = refused & set(given_rows)
        return failing("unknown", sorted(bad)[:1]) if bad else Lock("")

    found = narrow(rows, resolve)
    assert isinstance(found, Narrowed)
    assert {row.text for row in found.wanted} == {"apple", "pear", "fig", "plum"} - refused


def test_old_versions_of_test_tools_can_be_left_open() -> None:
    assert [row.text for row in freed(ROWS)] == ["coverage>=7", "apple>=1", "pear"]
