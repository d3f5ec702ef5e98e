"""The journal's view, kept between questions: each fact is folded once per process."""

from dataclasses import dataclass, field

from pyagent.ledger.folding import advance
from pyagent.ledger.journal import Journal
from pyagent.ledger.views import View


@dataclass(slots=True)
class Memory:
    """Remembers the view up to the last fact read."""

    journal: Journal
    _view: View = field(default_factory=View)

    def view(self) -> View:
        """The view including every fact committed so far."""
        self._view = advance(self._view, self.journal.entries(after=self._view.sequence))
        return self._view
