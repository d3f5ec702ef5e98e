"""The base runs of an exam of faults: a red candidate is what is expected there, not news about the base."""

from repos.gates.bases import Bases


class Steady(Bases):
    """The same runs and quarantine as `bases`, without a fresh base run after each red candidate.

    That run guards honest changes against a machine that drifts. It can only turn a red verdict into a
    milder one, so an exam of faults without it finds no fault that the real ladder would let through.
    """

    def __init__(self, bases: Bases) -> None:
        """Take over what is known."""
        super().__init__(bases._suite, bases._tree, known=bases.quarantined)  # noqa: SLF001 - the same base, again
        self._covered = bases.covered()
        self._plain = [bases.latest()]

    def fresh(self) -> frozenset[str]:
        """Nothing is run; nothing wavered."""
        self._stale = False
        return frozenset()
