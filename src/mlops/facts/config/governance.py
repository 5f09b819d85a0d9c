"""Who owns what, what keeps dependencies fresh, and policy as code."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from mlops.domain.document import Document, Map, Scalar, entries_of, items_of, text_of
from mlops.domain.facts import Fact, Target
from mlops.domain.regex import regex
from mlops.facts.config.values import Found, command, maps, resource, strings

_OWNERS_AT = {
    "CODEOWNERS",
    ".github/CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".bitbucket/CODEOWNERS",
}
_SECTION = regex(r"\^?\[[^\]]*\](?:\[\d+\])?\s*(.*)$")
_PLACEHOLDER = regex(
    r"todo|fixme|changeme|change-me|placeholder|your[-_]?(?:org|name|team|user|company|handle)|my-?org|<|>|\{\{|\{%|"
    r"@(?:example|octocat|username|user|owner|org/team|organization/|global-owner\d*|xxx+)$|@(?:org|example|organization)/|"
    r"@example\.(?:com|org|net)",
    re.IGNORECASE,
)
#: What Renovate's default looks after, by the names that Dependabot uses too.
_RENOVATE_DEFAULT = ("pip", "pep621", "poetry", "pipenv", "github-actions", "docker")
_RENOVATE_NAMES = {
    "pip_requirements": "pip",
    "pip-compile": "pip",
    "dockerfile": "docker",
    "docker-compose": "docker",
}
_RENOVATE_AT = {
    "renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".renovaterc.json5",
    ".github/renovate.json", ".github/renovate.json5", ".gitlab/renovate.json", ".gitlab/renovate.json5",
}  # fmt: skip
_COMMANDS = (
    "initializeCommand",
    "onCreateCommand",
    "updateContentCommand",
    "postCreateCommand",
    "postStartCommand",
)


def is_owners(path: str) -> bool:
    """Tell whether a host reads the owners in this file."""
    return path in _OWNERS_AT


def owners(text: str) -> Iterator[Fact]:
    """Yield the patterns of CODEOWNERS; owners that nobody filled in are none."""
    default = ""
    for line, written in enumerate(text.split("\n"), 1):
        stripped = re.sub(r"(?:^|\s)#.*$", "", written).strip()
        section = _SECTION.match(stripped)
        if section:
            default = section[1]
            continue
        pattern, *names = re.split(r"(?<!\\)\s+", stripped)
        names = names or default.split()
        if not pattern:
            continue
        real = [name for name in names if "@" in name and not _PLACEHOLDER.search(name)]
        attrs = {"owners": " ".join(real)} | ({"placeholder": "yes"} if names and not real else {})
        yield Fact("owner", pattern, line, attrs)


def is_renovate(path: str) -> bool:
    """Tell whether Renovate reads its configuration here."""
    return path in _RENOVATE_AT


def renovate(document: Document) -> Iterator[Fact]:
    """Yield the ecosystems that Renovate keeps fresh."""
    if not isinstance(document, Map) or text_of(document.get("enabled")) == "false":
        return
    cooldown = text_of(document.get("minimumReleaseAge")) or text_of(document.get("stabilityDays"))
    attrs = {"tool": "renovate"} | ({"cooldown": cooldown} if cooldown else {})
    named = document.get("enabledManagers")
    if named is None:
        for name in _RENOVATE_DEFAULT:
            yield Fact("update", name, document.line, attrs)
    for item in items_of(named):
        yield Fact("update", _RENOVATE_NAMES.get(text_of(item), text_of(item)), item.line, attrs)


def dependabot(document: Document) -> Iterator[Fact]:
    """Yield the ecosystems that Dependabot keeps fresh."""
    for item in maps(document.get("updates") if isinstance(document, Map) else None):
        cooldown = text_of(item.get("cooldown", "default-days"))
        limit = text_of(item.get("open-pull-requests-limit"))
        attrs = {
            "tool": "dependabot",
            "schedule": text_of(item.get("schedule", "interval")),
            "cooldown": cooldown,
            "limit": limit,
        }
        name = item.get("package-ecosystem")
        if isinstance(name, Scalar):
            yield Fact("update", name.text, name.line, {key: text for key, text in attrs.items() if text})


def policy(path: str, document: Document) -> Found:
    """Read what GitHub, Mergify and editors take from a repository: protections, rules, environments."""
    name, folder = posixpath.basename(path), posixpath.dirname(path)
    facts: list[Fact] = []
    if not isinstance(document, Map):
        return (), ()
    if name in {"dependabot.yml", "dependabot.yaml"} and folder == ".github":
        facts += dependabot(document)
    elif path in {".github/settings.yml", ".github/settings.yaml"}:
        for branch in maps(document.get("branches")):
            facts += resource("github:settings", text_of(branch.get("name")), branch.line, branch)
        for environment in maps(document.get("environments")):
            facts += resource(
                "github:environment", text_of(environment.get("name")), environment.line, environment
            )
        for ruleset in maps(document.get("rulesets")):
            facts += resource("github:ruleset", text_of(ruleset.get("name")), ruleset.line, ruleset)
    elif name in {".mergify.yml", ".mergify.yaml"} or path == ".github/mergify.yml":
        for rule in (*maps(document.get("pull_request_rules")), *maps(document.get("queue_rules"))):
            facts += resource("mergify:rule", text_of(rule.get("name")), rule.line, rule)
    elif {"target", "enforcement", "rules"} <= {key.text for key, _ in document.items}:
        facts += resource("github:ruleset", text_of(document.get("name")), document.line, document)
    elif name in {"devcontainer.json", ".devcontainer.json"}:
        return _devcontainer(document)
    return tuple(facts), ()


def _devcontainer(document: Map) -> Found:
    facts = list(resource("devcontainer:config", text_of(document.get("name")), document.line, document))
    image = document.get("image")
    if isinstance(image, Scalar):
        facts.append(Fact("image", image.text, image.line, {"use": "devcontainer"}))
    targets = []
    for key in _COMMANDS:
        node = document.get(key)
        parallel = [value for _, value in entries_of(node)]
        for each in parallel or ([node] if node is not None else []):
            script = text_of(each) or command(strings(each))
            if script:
                targets.append(Target("devcontainer", key, each.line, script=script, script_line=each.line))
    return tuple(facts), tuple(targets)
