"""What each level is known not to hold: one text, shown wherever a level is."""

from collections.abc import Mapping

from pyagent.model import Level

REDUCED: Mapping[str, str] = {
    "fill_memory_folders": "the work copy lies on the host's disk, and only a single file's size is limited",
    "memory_in_empty_files": "nor is the number of files limited",
    "memory_in_sockets": "what lies in the buffers of socket pairs is not summed",
    "change_mode": "modes and times of the host's files of the same user can be changed, their content cannot",
    "read_host_facts": "the host's name and users can be read",
}
"""By the attack that shows it; `make falsify-sandbox` tries them all and compares."""

WITHOUT_GROUPS = "no control group: a tree that grows faster than the supervisor looks is ended late"
"""Of any level on a machine where no group can be made for a run."""

HOLES: Mapping[Level, tuple[str, ...]] = {
    Level.FULL: (),
    Level.REDUCED: tuple(REDUCED.values()),
    Level.UNSAFE: ("the command sees and reaches all that its user does",),
}
