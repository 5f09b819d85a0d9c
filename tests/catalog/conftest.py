"""A user's rules to be broken in one place each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

PRACTICE = """\
id: model-reviewed
title: Models are reviewed
dimension: governance
definition: A person reviews each model.
why: Four eyes see more than two.
meaning: {declared: A note., used: A record., enforced: A required record.}
evidence:
  declared: {fact: {kind: file, value: "*review*"}}
  used:
    any:
      - {fact: {capability: audit-record}, from: {entry: [program, schedule]}, says: "{value} records it"}
      - derived: metric-gate
        where: {kw.strict: {not: ["False", "0"]}}
        scope: [source, notebook]
        blocks: true
        before: {fact: {kind: call, value: [a.*, b.*]}}
        count: {min: 2, distinct: path}
not_evidence: [A chat.]
remedy: {effort: small, text: Write it down.}
scaffold: {manual: People review.}
references: ["https://example.com/review"]
since: "1.0"
per_component: false
"""

TOOL = """\
id: reviewer
title: Reviewer
distributions: [Review.er]
imports: [reviewer]
signs:
  audit-record:
    - {call: "reviewer.*", where: {kw.by: "*"}}
    - {command: reviewer record}
examples:
  used: {capability: audit-record, path: a.py, text: "import reviewer\\nreviewer.record(by='x')\\n"}
"""


Source = tuple[str, bytes]


@pytest.fixture
def practice() -> Callable[..., Source]:
    return _writer("rules/model-reviewed.yaml", PRACTICE)


@pytest.fixture
def tool() -> Callable[..., Source]:
    return _writer("tools/reviewer.yaml", TOOL)


def _writer(default: str, text: str) -> Callable[..., Source]:
    def write(*changes: tuple[str, str], path: str = default) -> Source:
        changed = text
        for old, new in changes:
            assert old in changed
            changed = changed.replace(old, new)
        return path, changed.encode()

    return write
