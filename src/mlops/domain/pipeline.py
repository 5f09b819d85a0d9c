"""One model of CI for all providers: a pipeline, expanded once for each event that can start it.

A provider module (`graph/ci/<provider>.py`) follows includes, templates and reusable parts, evaluates conditions
in three-valued logic for each event, and leaves nothing provider-specific to the graph.
"""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.facts import FileFacts
from mlops.domain.logic import Tri
from mlops.domain.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether something happens, and why not (or why it cannot be told)."""

    value: Tri = Tri.YES
    #: One clause for people, in lower case: "the job is disabled by `if: false`".
    reason: str = ""
    #: Code of the fake that it is (catalog section 5), or "".
    fake: str = ""
    line: int = 0

    def __and__(self, other: Condition) -> Condition:
        """Return the one that decides whether both hold: the lesser, with its reason."""
        return other if other.value < self.value else self


ALWAYS = Condition()

#: The kinds of events. All but "manual" start without a person; "call" is a pipeline that only others start.
EVENT_KINDS = (
    "push",  # commits on the default branch
    "branch",  # commits on other branches only
    "pull_request",
    "tag",
    "release",
    "schedule",
    "signal",  # repository_dispatch, webhooks, pipeline triggers by API
    "pipeline",  # another pipeline finished
    "manual",
    "call",
    "other",
)


@dataclass(frozen=True, slots=True)
class Event:
    """One way in which a pipeline starts."""

    kind: str
    #: As the report prints it: `push to main`, `schedule "0 3 * * 1"`.
    label: str
    path: str
    line: int
    #: NO for a trigger that can never fire (a cron of 31 February, branches that do not exist).
    active: Condition = ALWAYS
    #: Path filters; () for all.
    paths: tuple[str, ...] = ()
    #: "native" when the file itself makes it happen, "outside" when something beyond the repository must
    #: (a GitLab schedule, an Azure branch policy): then `active` is unknown or the strength is limited to used.
    origin: str = "native"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a script, or a packaged action or task."""

    name: str
    path: str
    #: Line of the step; `script_line` is the line on which the script's own text starts.
    line: int
    script: str = ""
    script_line: int = 0
    #: "bash", "sh", "pwsh", "cmd", "python".
    shell: str = "bash"
    errexit: bool = True
    pipefail: bool = False
    #: `actions/checkout`, `AzureCLI@2`, `docker://image`; "" for a script.
    uses: str = ""
    #: Version behind the @ for actions.
    ref: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    folder: str = ""
    condition: Condition = ALWAYS
    #: Whether its failure fails the job: NO for continue-on-error.
    stops: Condition = ALWAYS
    #: Runs even after an earlier step failed (`always()`, `failure()`, `!cancelled()`, succeededOrFailed()).
    after_failure: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One job of a run; `needs` names jobs of the same run."""

    id: str
    path: str
    line: int
    steps: tuple[Step, ...] = ()
    needs: tuple[str, ...] = ()
    condition: Condition = ALWAYS
    #: Whether its failure fails the run and stops its dependants: NO for allow_failure.
    stops: Condition = ALWAYS
    #: Starts even when what it needs has failed.
    after_failure: bool = False
    environment: str = ""
    #: A person must release it before it runs (GitLab `when: manual`, ManualValidation): still automatic delivery.
    approval: bool = False
    runner: str = ""
    image: str = ""
    #: Service containers.
    services: tuple[str, ...] = ()
    #: Lines of `artifacts:` reports and the like, for evidence: (kind, value, line).
    reports: tuple[tuple[str, str, int], ...] = ()
    #: Each parallel leg's distinguishing text ("staging", "prod"), for deployments over a matrix.
    matrix: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """A pipeline as one event starts it. Jobs that the event rules out are there with condition NO."""

    event: Event
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A reference that leaves the repository."""

    path: str
    line: int
    #: `github.com/owner/repo` and the like: what `--source` would settle; "" where nothing could.
    source: str
    #: The reference as written.
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """One CI pipeline."""

    provider: str
    path: str
    name: str
    runs: tuple[Run, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    #: Faults met while expanding: (path, line, message).
    problems: tuple[tuple[str, int, str], ...] = field(default=())
    #: Includes as written, with their lines: ("template:Security/SAST.gitlab-ci.yml", 3).
    includes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class CiConfig:
    """What the readers of pipelines must know beside the files."""

    #: Names that the default branch may have; the filters of a trigger are matched against any of them.
    default_branches: tuple[str, ...] = ("main", "master", "trunk")
    #: All tracked paths, for path filters; () when they are not known.
    paths: tuple[str, ...] = ()
    #: Files of other repositories that `--source` gave: `github.com/owner/repo` -> path -> facts.
    sources: Mapping[str, Mapping[str, FileFacts]] = field(default_factory=dict)
    #: `owner/name` of the repository itself where that is known; conditions that ask for it are unknown else.
    repository: str = ""
