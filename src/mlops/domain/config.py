"""The configuration of one repository, as values."""

from __future__ import annotations

from collections.abc import Mapping

from mlops.domain.record import dataclass, field


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    """A waiver as written."""

    practice: str
    reason: str
    owner: str
    until: str
    line: int


@dataclass(frozen=True, slots=True)
class AttestationEntry:
    """An attestation as written; `until` is "" where it is left to the default of 12 months after `on`."""

    id: str
    by: str
    on: str
    until: str
    evidence: str
    line: int


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """What a platform outside the repository starts, as the configuration claims."""

    path: str
    command: str
    platform: str
    trigger: str
    evidence: str
    by: str
    until: str
    line: int


@dataclass(frozen=True, slots=True)
class Config:
    """All keys of `.mlops.yaml` or `[tool.mlops]`; `path` is "" where there is no configuration."""

    path: str = ""
    model: str = "google"
    level: int | None = None
    strict: bool = False
    edition: str = ""
    default_branch: str = ""
    exclude: tuple[str, ...] = ()
    components: Mapping[str, str] = field(default_factory=dict)
    waivers: tuple[WaiverEntry, ...] = ()
    attestations: tuple[AttestationEntry, ...] = ()
    entrypoints: tuple[EntryPoint, ...] = ()
    practices: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    #: Answers that `mlops new` wrote.
    scaffold: Mapping[str, object] = field(default_factory=dict)
    #: Line of each top-level key.
    lines: Mapping[str, int] = field(default_factory=dict)
