from dataclasses import replace

from repos.environments.inputs import Wanted
from repos.suites.outcomes import SuiteRun
from repos.suites.repair import importing, repairs, unknown_options

RUN = SuiteRun({}, *(True, None), 1, 1.0, (), None, "")


def names(found: tuple[Wanted, ...]) -> list[str]:
    return [row.text for row in found]


def test_a_missing_module_the_tree_imports_is_added() -> None:
    run = replace(RUN, causes={"tests/test_a.py": "ModuleNotFoundError: No module named 'yaml.nodes'"})
    assert repairs(run, imported=frozenset({"yaml"})) == (Wanted("pyyaml", "the run says: No module named yaml"),)


def test_a_module_no_file_imports_is_never_fetched() -> None:
    run = replace(RUN, causes={"a": "No module named 'foo'"}, tail="No module named json")
    assert repairs(run, imported=frozenset({"json"})) == ()


def test_fixtures_settings_options_and_async_name_their_plugins() -> None:
    causes = {
        "a": "E  fixture 'mocker' not found",
        "b": "async def functions are not natively supported.",
        "c": "fixture 'own_thing' not found",
    }
    tail = "error: unrecognized arguments: --benchmark-skip --own\nUnknown config option: DJANGO_SETTINGS_MODULE"
    found = repairs(replace(RUN, causes=causes, tail=tail), imported=frozenset())
    assert names(found) == ["pytest-asyncio", "pytest-benchmark", "pytest-django", "pytest-mock"]
    run = replace(RUN, tail=tail)
    assert unknown_options(run, tried=frozenset()) == ("--own",)
    assert unknown_options(run, tried=frozenset({"pytest-benchmark"})) == ("--benchmark-skip", "--own")


def test_metadata_asked_for_names_its_distribution() -> None:
    run = replace(RUN, causes={"a": "importlib.metadata.PackageNotFoundError: No package metadata was found for attrs"})
    assert names(repairs(run, imported=frozenset({"attrs"}))) == ["attrs"]


def test_imports_are_seen_wherever_they_stand() -> None:
    texts = ["import apple.core\nfrom pear import x\n", "def f():\n    import fig\n", "x = pytest.importorskip('plum')"]
    assert importing(texts) == {"apple", "pear", "fig", "plum"}
