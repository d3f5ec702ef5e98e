"""The lint rules whose safe fixes maintainers want, and the Python each fix needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.floors import Floor


@dataclass(frozen=True, slots=True)
class Rule:
    """A lint rule that maintainers want, whose safe fix keeps the meaning."""

    code: str
    benefit: str
    """What its change does, in the imperative."""
    since: tuple[int, int] | None = None
    """The Python its fix needs; None when every Python reads the result."""
    one_line: bool = False
    """Whether its fix reads well only within one line."""
    exact: bool = False
    """Whether its findings depend on the very floor, so that `requires-python` must say it."""


RULES = (
    Rule("E713", "Say `not in`"),
    Rule("E714", "Say `is not`"),
    Rule("FURB105", "Print an empty line without an empty string", since=(3, 0)),
    Rule("FURB167", "Name regex flags in full"),
    Rule("PIE790", "Drop needless `pass` and `...`"),
    Rule("PIE808", "Drop the zero that range starts at anyway"),
    Rule("PLR1711", "Drop useless return at the end"),
    Rule("RSE102", "Raise exceptions without empty parentheses"),
    Rule("RUF010", "Use conversion flags in f-strings", since=(3, 6)),
    Rule("RUF021", "Parenthesize `and` inside `or`", one_line=True),
    Rule("SIM118", "Test membership without `.keys()`"),
    Rule("F541", "Drop the f of strings without placeholders", since=(3, 6)),
    Rule("UP004", "Drop `object` from class bases", since=(3, 0)),
    Rule("UP008", "Call super() without arguments", since=(3, 0)),
    Rule("UP009", "Drop the UTF-8 coding line", since=(3, 0)),
    Rule("UP012", "Write encoded literals as bytes", since=(3, 0)),
    Rule("UP015", "Drop the default mode of open()", since=(3, 0)),
    Rule("UP018", "Write native literals", since=(3, 0)),
    Rule("UP024", "Name OSError, not its old aliases", since=(3, 3)),
    Rule("UP025", "Drop the u of strings", since=(3, 3)),
    Rule("UP032", "Use f-strings for format calls", since=(3, 6), one_line=True),
    Rule("UP034", "Drop doubled parentheses", one_line=True),
    Rule("UP035", "Import from where the name lives now", since=(3, 7), exact=True),
    Rule("UP039", "Drop empty parentheses after class names"),
)
"""Why these: safe fixes of the F, PIE, PLR, RUF, SIM and UP families left 12 of 12 released suites green;
E713 and E714 compile to the same instructions; `raise C` calls C without arguments (language reference,
"The raise statement"); `re.S` and `re.DOTALL` are one object; `print()` writes what `print("")` writes.

Why not others: B009 and B010 undo what some write to keep a type checker quiet; F401, F403 and UP031
change what a module offers or how it fails; RUF001-003 and SIM300 are taste; RUF019 takes whatever has
keys for a dict; RUF100 judges `noqa` by the rules of one run, so it would remove those that the
project's own linter needs; RET501 removes a `None` that some write to say something; RET505-508,
PLR5501 and SIM114 are transforms of our own, one function at a time; formatting belongs to the project.
"""
BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}


def fits(rule: Rule, oldest: Floor | None) -> bool:
    """Whether every Python the project admits reads what the rule's fix writes."""
    if rule.since is None:
        return True
    return oldest is not None and oldest.version >= rule.since and (oldest.declared or not rule.exact)
