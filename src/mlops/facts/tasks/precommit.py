"""The hooks of .pre-commit-config.yaml (pre-commit, prek)."""

from __future__ import annotations

import shlex

from mlops.domain.document import Document, Map, items_of, text_of
from mlops.domain.facts import Fact, FileFacts, Target
from mlops.facts.yaml import documents


def matches(path: str) -> bool:
    """Tell whether a path names a configuration of pre-commit."""
    return path.rsplit("/", 1)[-1] in {".pre-commit-config.yaml", ".pre-commit-config.yml"}


def read(source: bytes) -> FileFacts:
    """Read the hooks: a fact for each, and a target with what it runs where the file says so."""
    found, problems = documents(source)
    root = found[0] if found else None
    if not isinstance(root, Map):
        return FileFacts("pre-commit", problems=problems)
    facts: list[Fact] = []
    targets: list[Target] = []
    for repo in items_of(root.get("repos")):
        if not isinstance(repo, Map):
            continue
        attrs = {"repo": text_of(repo.get("repo")), "rev": text_of(repo.get("rev"))}
        for hook in items_of(repo.get("hooks")):
            if isinstance(hook, Map) and text_of(hook.get("id")):
                facts.append(_fact(hook, attrs))
                targets.append(_target(hook, attrs))
    ci = root.key("ci")
    if ci is not None:
        facts.append(Fact("key", "ci", ci.line, {"value": "", "format": "yaml"}))
    return FileFacts("pre-commit", tuple(facts), tuple(targets), problems)


def _fact(hook: Map, attrs: dict[str, str]) -> Fact:
    stages = " ".join(text_of(item) for item in items_of(hook.get("stages")))
    return Fact("hook", text_of(hook.get("id")), hook.line, attrs | ({"stages": stages} if stages else {}))


def _target(hook: Map, attrs: dict[str, str]) -> Target:
    language = text_of(hook.get("language"))
    entry = text_of(hook.get("entry"))
    entry_line = _line(hook.get("entry"), hook.line)
    args = [text_of(item) for item in items_of(hook.get("args"))]
    script = " ".join(filter(None, [" ".join(entry.split()), shlex.join(args)])) if entry else ""
    if language in {"fail", "pygrep"}:
        script = ""
    stages = [text_of(item) for item in items_of(hook.get("stages"))]
    more = {"language": language, "stages": " ".join(stages), "args": shlex.join(args)}
    return Target(
        "pre-commit-hook", text_of(hook.get("id")), hook.line, script, entry_line,
        attrs=attrs | {key: value for key, value in more.items() if value},
    )  # fmt: skip


def _line(node: Document | None, default: int) -> int:
    return node.line if node is not None else default
