"""What a run says its environment lacks, as requirements to add (pure)."""

import re
import sys
from collections.abc import Iterable, Iterator

from repos.environments.inputs import Wanted
from repos.environments.tooling import PLUGIN_OF_FIXTURE, PLUGIN_OF_OPTION, PLUGIN_OF_SETTING, distribution_of
from repos.suites.outcomes import SuiteRun

_MODULE = re.compile(r"No module named ['\"]?([A-Za-z_]\w*)((?:\.\w+)*)")
_METADATA = re.compile(r"(?:No package metadata was found for|DistributionNotFound: The ')\s*'?([A-Za-z0-9._-]+)")
_FIXTURE = re.compile(r"fixture '(\w+)' not found")
_OPTIONS = re.compile(r"unrecognized arguments: (.*)")
_SETTING = re.compile(r"Unknown config option: ([\w-]+)")
_ASYNC = re.compile(r"async def functions are not natively supported")


def repairs(run: SuiteRun, *, imported: frozenset[str]) -> tuple[Wanted, ...]:
    """Distributions whose absence explains errors of the run, each with the error as its source.

    A module counts only when the tree's own files import it (`imported`): a test may well
    provoke "No module named foo", and nothing is fetched because a test said a word.
    """
    texts = (*run.causes.values(), run.tail)
    found = {wanted.text: wanted for text in texts for wanted in _repairs_of(text, imported)}
    return tuple(found[name] for name in sorted(found))


def unknown_options(run: SuiteRun, *, tried: frozenset[str]) -> tuple[str, ...]:
    """Options pytest refused that no plugin defines, but for those `tried` already."""
    refused = [word for match in _OPTIONS.finditer(run.tail) for word in match.group(1).split()]
    return tuple(word for word in refused if word.startswith("-") and (_plugin_of(word) or "") in {"", *tried})


def _repairs_of(text: str, imported: frozenset[str]) -> Iterator[Wanted]:
    for module in {match.group(1) for match in _MODULE.finditer(text)}:
        if module in imported and module not in sys.stdlib_module_names:
            yield Wanted(distribution_of(module), f"the run says: No module named {module}")
    for name in {match.group(1) for match in _METADATA.finditer(text)}:
        if name in imported:
            yield Wanted(name, f"the run says: no metadata of {name}")
    for fixture in {match.group(1) for match in _FIXTURE.finditer(text)} & PLUGIN_OF_FIXTURE.keys():
        yield Wanted(PLUGIN_OF_FIXTURE[fixture], f"the run says: fixture {fixture} not found")
    for setting in {match.group(1) for match in _SETTING.finditer(text)} & PLUGIN_OF_SETTING.keys():
        yield Wanted(PLUGIN_OF_SETTING[setting], f"the run says: unknown setting {setting}")
    for word in (word for match in _OPTIONS.finditer(text) for word in match.group(1).split()):
        plugin = _plugin_of(word)
        if plugin:
            yield Wanted(plugin, f"the run says: unknown option {word}")
    if _ASYNC.search(text):
        yield Wanted("pytest-asyncio", "the run says: async tests are not supported")


def _plugin_of(option: str) -> str | None:
    return next((plugin for known, plugin in PLUGIN_OF_OPTION.items() if option.startswith(known)), None)


def importing(bodies: Iterable[str]) -> frozenset[str]:
    """Top-level names that any of the texts imports, conditionally or not."""
    pattern = re.compile(r"^\s*(?:import|from)\s+([A-Za-z_]\w*)", re.MULTILINE)
    quoted = re.compile(r"(?:importorskip|import_module|__import__)\(\s*['\"]([A-Za-z_]\w*)")
    return frozenset(name for body in bodies for found in (pattern, quoted) for name in found.findall(body))
