"""The public validators of generated files: each takes files and returns what it finds."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runners.azure_templates import load
from runners.tools import HERE, ROOT, TOOLS, Completed, HarnessError, call, run_node, tool

LINE = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+)(?::\d+)?:? (?P<message>.+)$", re.MULTILINE)
SHA_PIN = re.compile(
    r"uses:\s*(?P<action>[\w.-]+/[\w./-]+)@(?P<ref>\S+)(?P<comment>\s+# v\d+\.\d+\.\d+)?\s*$"
)

STEPS = frozenset({"task", "script", "bash", "publish", "download", "checkout"})
SWITCHES = frozenset({"continueOnError", "enabled", "failOnStderr"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a validator holds against a file."""

    tool: str
    path: str
    line: int
    message: str


Validator = Callable[[Sequence[Path]], tuple[Finding, ...]]


def _done(name: str, done: Completed, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Insist that a validator which failed also said why, so that a crash is never read as clean."""
    findings = tuple(found)
    if done.code and not findings:
        raise HarnessError(f"{name} failed without a finding (exit {done.code}): {done.text[-3000:]}")
    return findings


def _lines(name: str, argv: Sequence[str | Path], files: Sequence[Path]) -> tuple[Finding, ...]:
    """Run a validator that prints a line for each finding, with paths from where it stands."""
    here = files[0].parent
    done = call([*argv, *files], here)
    text = re.sub(r"\x1b\[[0-9;]*m", "", done.out)
    found = (
        Finding(name, str((here / m["path"]).resolve()), int(m["line"]), m["message"])
        for m in LINE.finditer(text)
    )
    return _done(name, done, found)


def zizmor(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Audit workflows, actions and Dependabot with zizmor's strictest persona, offline."""
    argv: list[str | Path] = [
        tool("zizmor"),
        "--offline",
        "--persona=auditor",
        "--no-progress",
        "--no-config",
        "--format=json-v1",
        *files,
    ]
    done = call(argv, files[0].parent)
    try:
        audited = json.loads(done.out)
    except ValueError:
        raise HarnessError(f"zizmor failed: {done.text[-3000:]}") from None
    return _done("zizmor", done, map(_zizmor_finding, (f for f in audited if not f.get("ignored"))))


def _zizmor_finding(found: dict[str, Any]) -> Finding:
    place = next((p for p in found["locations"] if p["symbolic"]["kind"] == "Primary"), found["locations"][0])
    file = place["symbolic"]["key"]["Local"][
        "verbatim_path" if "verbatim_path" in place["symbolic"]["key"]["Local"] else "given_path"
    ]
    return Finding(
        "zizmor",
        str(file),
        place["concrete"]["location"]["start_point"]["row"] + 1,
        f"{found['ident']}: {found['desc']}",
    )


def actionlint(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Lint workflows with actionlint, with shellcheck on their scripts."""
    return _lines(
        "actionlint",
        [tool("actionlint"), "-oneline", "-no-color", f"-shellcheck={tool('shellcheck')}"],
        files,
    )


def github_parser(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Read workflows and actions with GitHub's own parser."""
    done = run_node(HERE / "node" / "github_parser.mjs", [tool("workflow-parser"), *files], ROOT)
    return _done(
        "github-parser",
        done,
        (
            Finding("github-parser", f["file"], f["line"], f["message"])
            for f in map(json.loads, done.out.splitlines())
        ),
    )


def _schema(name: str, files: Sequence[Path], *flags: str) -> tuple[Finding, ...]:
    done = call(
        [tool("check-jsonschema"), "--builtin-schema", name, *flags, "--output-format", "json", *files],
        files[0].parent,
    )
    try:
        report = json.loads(done.out)
    except ValueError:
        raise HarnessError(f"check-jsonschema failed: {done.text[-3000:]}") from None
    found = [
        Finding(name, e["filename"], 0, f"{e['path']}: {e['message']}") for e in report.get("errors", ())
    ]
    found += [Finding(name, e["filename"], 0, e["message"]) for e in report.get("parse_errors", ())]
    return _done(name, done, found)


def github_workflow_schema(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Check workflows against the public schema."""
    return _schema("vendor.github-workflows", files)


def github_timeouts(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Insist that each job of a workflow has a timeout."""
    return _schema("custom.github-workflows-require-timeout", files)


def github_action_schema(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Check composite actions against the public schema."""
    return _schema("vendor.github-actions", files)


def dependabot_schema(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Check Dependabot's configuration against the public schema."""
    return _schema("vendor.dependabot", files)


def renovate_schema(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Check Renovate's configuration against the public schema."""
    return _schema("vendor.renovate", files)


def gitlab_schema(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Check GitLab files against the public schema."""
    return _schema("vendor.gitlab-ci", files, "--data-transform", "gitlab-ci")


def _azure_text(node: Any, *, switch: bool = False) -> Any:
    """Keep scalars as strings, as Microsoft's schema has them; inputs of tasks and switches of steps know booleans."""
    if isinstance(node, dict):
        step = bool(STEPS & set(node))
        return {
            key: _azure_text(value, switch=switch or key == "inputs" or (step and key in SWITCHES))
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [_azure_text(value, switch=switch) for value in node]
    return {"true": True, "false": False}.get(node, node) if switch else node


def azure_schema(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Check Azure files against Microsoft's schema."""
    copies = []
    for file in files:
        copy = file.with_name(f"{file.name}.json")
        copy.write_text(json.dumps(_azure_text(load(file))), encoding="utf-8")
        copies.append(copy)
    try:
        return _schema(
            "vendor.azure-pipelines",
            copies,
            "--data-transform",
            "azure-pipelines",
            "--regex-variant",
            "nonunicode",
        )
    finally:
        for copy in copies:
            copy.unlink()


def azure_service(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Check Azure files with Microsoft's language service."""
    (schema,) = TOOLS.glob(
        "lib/python*/site-packages/check_jsonschema/builtin_schemas/vendor/azure-pipelines.json"
    )
    done = run_node(
        HERE / "node" / "azure_service.mjs", [tool("azure-language-service"), schema, *files], ROOT
    )
    return _done(
        "azure-service",
        done,
        (
            Finding("azure-service", f["file"], f["line"], f["message"])
            for f in map(json.loads, done.out.splitlines())
        ),
    )


def hadolint(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Lint Dockerfiles."""
    done = call([tool("hadolint"), "--format", "json", *files], files[0].parent)
    try:
        report = json.loads(done.out)
    except ValueError:
        raise HarnessError(f"hadolint failed: {done.text[-3000:]}") from None
    return tuple(Finding("hadolint", f["file"], f["line"], f"{f['code']}: {f['message']}") for f in report)


def shellcheck(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Lint shell scripts."""
    return _lines("shellcheck", [tool("shellcheck"), "--norc", "--format=gcc"], files)


def action_pins(files: Sequence[Path]) -> tuple[Finding, ...]:
    """Insist that each remote action is pinned by a full commit that the pin list knows, with its version behind."""
    known = {
        line.strip()
        for line in (HERE / "action-pins.txt").read_text(encoding="utf-8").splitlines()
        if "@" in line
    }
    found = []
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = SHA_PIN.search(line)
            if match is None:
                continue
            owner_and_name = "/".join(match["action"].split("/")[:2])
            pin = f"{owner_and_name}@{match['ref']} {(match['comment'] or '').strip()}"
            if pin not in known:
                found.append(Finding("action-pins", str(file), number, f"not a known pin: {line.strip()}"))
    return tuple(found)
