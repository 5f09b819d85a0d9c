"""AWS CodePipeline: stages that CloudFormation or Terraform declares, whose builds run buildspecs of the repository."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mlops.domain.document import Document, Map, Scalar, entries_of, items_of, text_of
from mlops.domain.facts import Fact, FileFacts
from mlops.domain.pipeline import CiConfig, Event, Job, Pipeline, Run, Step
from mlops.domain.record import dataclass
from mlops.domain.regex import regex
from mlops.graph.ci.codebuild import steps_of
from mlops.graph.ci.common import first_map

_CFN, _TF = "cfn:AWS::CodePipeline::Pipeline", "tf:aws_codepipeline"
KINDS = frozenset({_CFN, _TF})
#: `stage[2].action[1].category`
_STAGED = regex(r"stage\[(\d+)\]\.(?:action\[(\d+)\]\.)?(.+)")
_BUILDSPEC = regex(r"[\w./-]+\.ya?ml")
_NAME = regex(r"[A-Za-z]\w*")


@dataclass(frozen=True, slots=True)
class _Action:
    stage: int
    stage_name: str
    name: str
    category: str
    provider: str
    order: int
    settings: tuple[tuple[str, str], ...]
    line: int


def pipelines(files: Mapping[str, FileFacts], config: CiConfig) -> list[Pipeline]:
    """Read every CodePipeline that a template or a Terraform file declares."""
    del config
    specs = _build_specs(files)
    found: list[Pipeline] = []
    for path in sorted(files):
        # a resource with lists is stated once for each variant of them
        stated = {f.line: f for f in reversed(files[path].facts) if f.kind == "resource" and f.value in KINDS}
        for fact in stated.values():
            actions = list(_declared(files[path], fact) if fact.value == _CFN else _written(fact))
            found += _pipeline(files, path, fact, actions, specs)
    return found


def _pipeline(
    files: Mapping[str, FileFacts],
    path: str,
    fact: Fact,
    actions: list[_Action],
    specs: Mapping[str, str],
) -> list[Pipeline]:
    """A pipeline with a source starts when that changes; without one, somebody starts it."""
    sourced = any(action.category == "Source" for action in actions)
    name = fact.attrs.get("name", "") or "pipeline"
    event = Event("push" if sourced else "manual", f"AWS CodePipeline {name}", path, fact.line)
    jobs = tuple(_jobs(files, path, [a for a in actions if a.category != "Source"], specs))
    return [Pipeline("aws-codepipeline", path, name, (Run(event, jobs),))] if jobs else []


def _jobs(
    files: Mapping[str, FileFacts], path: str, actions: list[_Action], specs: Mapping[str, str]
) -> Iterator[Job]:
    for action in actions:
        before = [a for a in actions if (a.stage, a.order) < (action.stage, action.order)]
        yield Job(
            _id(action),
            path,
            action.line,
            _steps(files, path, action, specs),
            needs=tuple(_id(other) for other in before),
            environment=action.stage_name if action.category == "Deploy" else "",
            approval=action.category == "Approval",
            runner=action.provider,
        )


def _id(action: _Action) -> str:
    return f"{action.stage_name}/{action.name}"


def _steps(
    files: Mapping[str, FileFacts], path: str, action: _Action, specs: Mapping[str, str]
) -> tuple[Step, ...]:
    if action.provider != "CodeBuild":
        uses = f"codepipeline:{action.provider}"
        return (Step(action.name, path, action.line, uses=uses, inputs=action.settings),)
    project = dict(action.settings).get("ProjectName", "")
    named = specs.get(project) or next((specs[name] for name in _NAME.findall(project) if name in specs), "")
    spec = _at(files, named or "buildspec.yml")
    root = first_map(files[spec]) if spec else None
    return () if root is None else steps_of(spec, root)


def _at(files: Mapping[str, FileFacts], name: str) -> str:
    """Return a buildspec by its path from the root of the source, which may be a folder of the repository."""
    name = name.removeprefix("./")
    if name in files:
        return name
    found = [path for path in files if path.endswith(f"/{name}")]
    return found[0] if len(found) == 1 else ""


def _build_specs(files: Mapping[str, FileFacts]) -> dict[str, str]:
    """Return the buildspec of each CodeBuild project, by the project's own name and by its resource's."""
    texts = {
        f"data.template_file.{fact.attrs['name']}": fact.attrs.get("template", "")
        for facts in files.values()
        for fact in facts.facts
        if fact.kind == "resource" and fact.value == "tf-data:template_file" and "name" in fact.attrs
    }
    found: dict[str, str] = {}
    for facts in files.values():
        for fact in facts.facts:
            if fact.kind != "resource" or fact.value not in {
                "tf:aws_codebuild_project",
                "cfn:AWS::CodeBuild::Project",
            }:
                continue
            written = fact.attrs.get("source.buildspec", fact.attrs.get("Properties.Source.BuildSpec", ""))
            written = texts.get(written.removesuffix(".rendered"), written)
            spec = _BUILDSPEC.search(written)
            for key in ("name", "given.name", "Properties.Name"):
                if fact.attrs.get(key):
                    found[fact.attrs[key]] = spec[0] if spec else ""
    return found


def _declared(facts: FileFacts, fact: Fact) -> Iterator[_Action]:
    """Yield the actions of a CloudFormation template's pipeline."""
    for document in facts.documents:
        for key, body in entries_of(document.get("Resources") if isinstance(document, Map) else None):
            if key.line != fact.line or not isinstance(body, Map):
                continue
            for number, stage in enumerate(items_of(body.get("Properties", "Stages"))):
                if isinstance(stage, Map):
                    for action in items_of(stage.get("Actions")):
                        if isinstance(action, Map):
                            yield _action(number, text_of(stage.get("Name")), action)


def _action(number: int, stage: str, action: Map) -> _Action:
    order = text_of(action.get("RunOrder"))
    settings = [(key.text, _text(value)) for key, value in entries_of(action.get("Configuration"))]
    return _Action(
        number,
        stage or str(number),
        text_of(action.get("Name")),
        text_of(action.get("ActionTypeId", "Category")),
        text_of(action.get("ActionTypeId", "Provider")),
        int(order) if order.isdecimal() else 1,
        tuple(settings),
        action.line,
    )


def _text(node: Document) -> str:
    """Return a scalar's text, or what `Ref: NAME` and `Fn::Sub: TEXT` name."""
    if isinstance(node, Scalar):
        return node.text
    return next((value.text for _, value in entries_of(node) if isinstance(value, Scalar)), "")


def _written(fact: Fact) -> Iterator[_Action]:
    """Yield the actions of a Terraform resource."""
    names: dict[str, str] = {}
    actions: dict[tuple[str, str], dict[str, str]] = {}
    for key, value in fact.attrs.items():
        staged = _STAGED.fullmatch(key)
        if staged is None:
            continue
        stage, action, name = staged.groups()
        if action is not None:
            actions.setdefault((stage, action), {})[name] = value
        elif name == "name":
            names[stage] = value
    for (stage, action), attrs in actions.items():
        order = attrs.get("run_order", "")
        yield _Action(
            int(stage),
            names.get(stage, stage),
            attrs.get("name", action),
            attrs.get("category", ""),
            attrs.get("provider", ""),
            int(order) if order.isdecimal() else 1,
            tuple(
                (key.removeprefix("configuration."), value)
                for key, value in attrs.items()
                if key.startswith("configuration.")
            ),
            fact.line,
        )
