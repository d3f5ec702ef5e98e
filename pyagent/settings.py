"""One typed, frozen settings object, a section each; read once at the edge.

Sources, later wins: the defaults below, the operator's `pyagent.toml`, the environment
(`PYAGENT__SECTION__KEY`), the command line. A scanned target never configures us.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pyagent.model import ChangeClass


class Section(BaseModel):
    """A table of pyagent.toml: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class PyagentSection(Section):
    """Where pyagent keeps what it knows."""

    state: Annotated[Path | None, Field(description="State folder; default `.pyagent` beside the configuration.")] = (
        None
    )
    storage: Annotated[
        str | None,
        Field(description="Ledger as a database URL (postgresql+psycopg://...); default SQLite in the state folder."),
    ] = None
    blobs: Annotated[
        str | None,
        Field(
            description="Large bodies: a folder, or `s3://bucket/prefix` (needs `pyagent[s3]`); default `blobs` in the "
            "state folder."
        ),
    ] = None


class RepositorySection(Section):
    """One target under care; `[[repository]]` repeats."""

    target: Annotated[str, Field(description="`path`, git URL, or `sdist:name==version`.")]
    slug: Annotated[str | None, Field(description="Short name; default derived from the target.")] = None
    branch: Annotated[str | None, Field(description="Branch merged into; default the target's own.")] = None
    install: Annotated[
        tuple[str, ...] | None, Field(description="Requirements of the test environment, instead of the detected ones.")
    ] = None
    test: Annotated[
        tuple[str, ...] | None, Field(description="Test command as a list, instead of the detected one.")
    ] = None
    benchmark: Annotated[
        tuple[str, ...] | None,
        Field(description="Command, as a list, whose processor time no change may raise; run from the root."),
    ] = None
    policy: Annotated[str, Field(description="Name of the `[policy.NAME]` that binds it.")] = "default"


OptionalGate = Literal["benchmark", "import-time", "old-versus-new", "same-steps", "types"]
"""Gates that no class of H and A requires: the dear ones, and the one that spares a change its tests."""


class PolicySection(Section):
    """What a run may do; `[policy.default]` binds every repository that names no other."""

    classes: Annotated[
        tuple[ChangeClass, ...],
        Field(description="Classes of change that may merge in trains (H, A). None by default."),
    ] = ()
    threshold: Annotated[int, Field(ge=1, description="Proven changes that wait before a train departs.")] = 50
    proposals_per_run: Annotated[int, Field(ge=0, description="Proposals written and proven in one run.")] = 20
    cpu_minutes_per_run: Annotated[float, Field(gt=0, description="CPU minutes one run may spend on suites.")] = 120.0
    leave_out: Annotated[
        tuple[OptionalGate, ...],
        Field(
            description="Gates that are not asked where no class requires them; changes say so. Without `same-steps`"
            " tests must run and notice every edited line."
        ),
    ] = ()
    search_seconds: Annotated[
        float,
        Field(ge=0, description="CPU seconds a search for tests of one function may take; 0: no tests are written."),
    ] = 20.0
    cyclomatic: Annotated[int, Field(ge=5, description="Functions over this are tickets.")] = 25


class SandboxSection(Section):
    """Where untrusted code runs."""

    level: Annotated[
        Literal["full", "reduced", "unsafe"],
        Field(
            description="`full` proves itself by a self-test; `reduced` takes less where full is not to be had "
            "(docs/sandbox.md); `unsafe` runs targets without walls."
        ),
    ] = "full"
    uid: Annotated[int, Field(ge=1, description="Dedicated user id used when pyagent itself is root.")] = 64123
    wall_seconds: Annotated[float, Field(gt=0, description="Wall seconds one suite may take.")] = 600.0
    memory_bytes: Annotated[int, Field(ge=1 << 26, description="Bytes of memory over one run's process tree.")] = (
        4 << 30
    )
    processes: Annotated[int, Field(ge=8, description="Processes and threads of one run.")] = 512
    work_bytes: Annotated[int, Field(ge=1 << 24, description="Bytes of one run's work copy.")] = 1 << 30
    workers: Annotated[int, Field(ge=1, description="Suites that run side by side.")] = 2


class SecretsSection(Section):
    """References to secrets, never the secrets themselves: `env:NAME` or `file:/path`."""

    signing_key: Annotated[
        str | None,
        Field(description="The ed25519 key merges are signed with (PEM); default one made in the state folder."),
    ] = None


class Settings(Section):
    """Everything in force."""

    pyagent: PyagentSection = PyagentSection()
    repository: tuple[RepositorySection, ...] = ()
    policy: dict[str, PolicySection] = Field(default_factory=lambda: {"default": PolicySection()})
    sandbox: SandboxSection = SandboxSection()
    secrets: SecretsSection = SecretsSection()

    def policy_of(self, repository: RepositorySection) -> PolicySection:
        """The policy that binds a repository; the default one when its name is not configured."""
        return self.policy.get(repository.policy, self.policy.get("default", PolicySection()))
