"""Files by which workflow tools, data tools and model servers are set up: most by name, some by content."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, items_of, text_of, walk
from mlops.domain.facts import Fact, Target
from mlops.facts.config import mage
from mlops.facts.config.values import Found, maps, named, resource, script_line

Reader = Callable[[str, Map], Found]


def reader(path: str, document: Map) -> Reader | None:
    """Return the reader of a document that is one of these."""
    name = posixpath.basename(path)
    stem = name.rpartition(".")[0] or name
    if name in _BY_NAME:
        return _BY_NAME[name]
    if "conf" in path.split("/") and stem.startswith("catalog"):
        return _kedro
    return next((found for tells, found in _BY_CONTENT if tells(document)), None)


def _one(value: str, *keys: str) -> Reader:
    """Return a reader that states one resource, named by the first of the keys that there is."""
    return lambda path, document: (
        tuple(
            resource(value, named(document, *keys, default=posixpath.basename(path)), document.line, document)
        ),
        (),
    )


def _mlproject(_path: str, document: Map) -> Found:
    facts = resource("mlproject:project", text_of(document.get("name")), document.line, document)
    targets = []
    for key, point in entries_of(document.get("entry_points")):
        command = point.get("command") if isinstance(point, Map) else None
        if isinstance(command, Scalar):
            line = script_line(command, key.line)
            targets.append(Target("mlproject", key.text, key.line, script=command.text, script_line=line))
    return tuple(facts), tuple(targets)


def _kedro(_path: str, document: Map) -> Found:
    entries = [
        (key, value)
        for key, value in document.items
        if isinstance(value, Map) and value.get("type") is not None
    ]
    return tuple(
        fact for key, value in entries for fact in resource("kedro:dataset", key.text, key.line, value)
    ), ()


def _is_dbt(document: Map) -> bool:
    known = ("models", "sources", "exposures", "seeds", "snapshots", "semantic_models", "metrics")
    return text_of(document.get("version")) == "2" and any(
        isinstance(document.get(key), Seq) for key in known
    )


def _dbt(_path: str, document: Map) -> Found:
    facts: list[Fact] = []
    for section, value in (("models", "dbt:model"), ("sources", "dbt:source"), ("exposures", "dbt:exposure"), ("seeds", "dbt:seed"), ("snapshots", "dbt:snapshot")):  # fmt: skip
        for item in maps(document.get(section)):
            name = text_of(item.get("name"))
            facts += resource(
                value,
                name,
                item.line,
                Map(
                    tuple(
                        pair for pair in item.items if isinstance(pair[1], Scalar) or pair[0].text == "config"
                    ),
                    item.line,
                ),
            )
            if section != "exposures":
                facts += _dbt_tests(name, item)
            if text_of(item.get("config", "contract", "enforced")).lower() == "true":
                facts.append(Fact("resource", "dbt:contract", item.line, {"name": name}))
            if item.get("freshness") is not None:
                facts.append(Fact("resource", "dbt:freshness", item.line, {"name": name}))
    return tuple(facts), ()


def _dbt_tests(name: str, item: Map) -> Iterator[Fact]:
    for path, node in walk(item):
        if path[-1:] not in {("tests",), ("data_tests",)}:
            continue
        for test in items_of(node):
            key = test.items[0][0] if isinstance(test, Map) and test.items else test
            severity = text_of(next((n for p, n in walk(test) if p[-1:] == ("severity",)), None))
            if isinstance(key, Scalar):
                attrs = {"name": f"{name}:{key.text}", "test": key.text} | (
                    {"severity": severity} if severity else {}
                )
                yield Fact("resource", "dbt:test", key.line, attrs)


def _prefect(_path: str, document: Map) -> Found:
    facts: list[Fact] = []
    targets: list[Target] = []
    for item in maps(document.get("deployments")):
        name = text_of(item.get("name"))
        facts += resource("prefect:deployment", name, item.line, item)
        plans = maps(item.get("schedules")) or tuple(filter(None, [_as_map(item.get("schedule"))]))
        live = [plan for plan in plans if text_of(plan.get("active")).lower() != "false"]
        schedule = named(live[0], "cron", "interval", "rrule", default="schedule") if live else ""
        module, _, function = text_of(item.get("entrypoint")).rpartition(":")
        dotted = module.removeprefix("./").removesuffix(".py").replace("/", ".")
        entry = f"{dotted}:{function}" if module.endswith(".py") else ""
        attrs = {"schedule": schedule} if schedule else {}
        targets.append(Target("prefect-deployment", name, item.line, function=entry, attrs=attrs))
    return tuple(facts), tuple(targets)


def _as_map(node: Document | None) -> Map | None:
    return node if isinstance(node, Map) else None


def _bento(_path: str, document: Map) -> Found:
    facts = tuple(resource("bentoml:bentofile", text_of(document.get("name")), document.line, document))
    service = document.get("service")
    if not isinstance(service, Scalar):
        return facts, ()
    function = service.text.replace(".py:", ":").replace("/", ".")
    return facts, (Target("bentoml-service", "service", service.line, function=function),)


def _cog(_path: str, document: Map) -> Found:
    facts = list(resource("cog:model", named(document, "image"), document.line, document))
    targets = []
    for key in ("predict", "train"):
        node = document.get(key)
        if isinstance(node, Scalar):
            targets.append(
                Target("cog", key, node.line, function=node.text.replace(".py:", ":").replace("/", "."))
            )
    return tuple(facts), tuple(targets)


def _cdk(_path: str, document: Map) -> Found:
    app = document.get("app")
    facts = tuple(resource("cdk:app", text_of(app), document.line))
    if not isinstance(app, Scalar):
        return facts, ()
    return facts, (Target("cdk-app", "app", app.line, script=app.text, script_line=app.line),)


def _prometheus(_path: str, document: Map) -> Found:
    scrapes = maps(document.get("scrape_configs"))
    facts = [
        fact
        for item in scrapes
        for fact in resource("prometheus:scrape", text_of(item.get("job_name")), item.line, item)
    ]
    for group in maps(document.get("groups")):
        for rule in maps(group.get("rules")):
            kind = "alert" if rule.get("alert") is not None else "record"
            facts += resource("prometheus:rule", named(rule, "alert", "record"), rule.line, rule, kind=kind)
    return tuple(facts), ()


def _is_rules(document: Map) -> bool:
    return any(
        rule.get("expr") is not None
        for group in maps(document.get("groups"))
        for rule in maps(group.get("rules"))
    )


def _is_suite(document: Map) -> bool:
    found = maps(document.get("expectations"))
    return bool(found) and any(
        item.get("expectation_type") or (item.get("type") and item.get("kwargs")) for item in found
    )


def _suite(path: str, document: Map) -> Found:
    name = named(document, "expectation_suite_name", "name", default=posixpath.basename(path))
    facts = [Fact("resource", "gx:suite", document.line, {"name": name})]
    for item in maps(document.get("expectations")):
        facts += resource("gx:expectation", named(item, "expectation_type", "type"), item.line, item)
    return tuple(facts), ()


def _soda(_path: str, document: Map) -> Found:
    facts: list[Fact] = []
    for key, value in document.items:
        if key.text.startswith("checks for "):
            table = key.text.removeprefix("checks for ")
            for check in items_of(value):
                label = check.items[0][0].text if isinstance(check, Map) and check.items else text_of(check)
                facts.append(
                    Fact("resource", "soda:check", check.line, {"name": table, "check": label[:200]})
                )
    return tuple(facts), ()


def _vertex(path: str, document: Map) -> Found:
    inner = document.get("pipelineSpec")
    body = inner if isinstance(inner, Map) else document
    name = text_of(body.get("pipelineInfo", "name")) or posixpath.basename(path)
    facts = list(resource("vertex:pipeline", name, document.line))
    for key, task in entries_of(body.get("root", "dag", "tasks")):
        component = text_of(task.get("componentRef", "name")) if isinstance(task, Map) else ""
        facts.append(Fact("resource", "vertex:task", key.line, {"name": key.text, "component": component}))
    for where, node in walk(body.get("deploymentSpec")):
        if where[-1:] == ("image",) and isinstance(node, Scalar):
            facts.append(Fact("image", node.text, node.line, {"use": "job"}))
    return tuple(facts), ()


def _azd(_path: str, document: Map) -> Found:
    services = entries_of(document.get("services"))
    return tuple(
        fact for key, value in services for fact in resource("azd:service", key.text, key.line, value)
    ), ()


def _datacontract(_path: str, document: Map) -> Found:
    return tuple(resource("datacontract:contract", text_of(document.get("id")), document.line, document)), ()


_BY_NAME: dict[str, Reader] = {
    "MLproject": _mlproject,
    "prefect.yaml": _prefect,
    "dbt_project.yml": _one("dbt:project", "name"),
    "dagster.yaml": _one("dagster:instance"),
    "workspace.yaml": _one("dagster:workspace"),
    "feature_store.yaml": _one("feast:store", "project"),
    "great_expectations.yml": _one("gx:config"),
    "evidently.yaml": _one("evidently:config"),
    "bentofile.yaml": _bento,
    "cog.yaml": _cog,
    "cdk.json": _cdk,
    "Pulumi.yaml": _one("pulumi:project", "name"),
    "azure.yaml": _azd,
    "alertmanager.yml": _one("alertmanager:config"),
    "alertmanager.yaml": _one("alertmanager:config"),
    "skaffold.yaml": _one("skaffold:config"),
}
_BY_CONTENT: tuple[tuple[Callable[[Map], bool], Reader], ...] = (
    (_is_dbt, _dbt),
    (lambda document: isinstance(document.get("scrape_configs"), Seq) or _is_rules(document), _prometheus),
    (lambda document: document.get("route", "receiver") is not None and bool(maps(document.get("receivers"))), _one("alertmanager:config")),
    (lambda document: isinstance(document.get("panels"), Seq) and document.get("schemaVersion") is not None, _one("grafana:dashboard", "title")),
    (lambda document: text_of(document.get("apiVersion")) == "1" and isinstance(document.get("datasources"), Seq), _one("grafana:datasources")),
    (lambda document: document.get("exporters") is not None and document.get("service", "pipelines") is not None, _one("otel:collector")),
    (_is_suite, _suite),
    (lambda document: document.get("checkpoint_id") is not None or (document.get("validations") is not None and "Checkpoint" in text_of(document.get("class_name"))), _one("gx:checkpoint", "name")),
    (lambda document: any(key.text.startswith("checks for ") for key, _ in document.items), _soda),
    (lambda document: document.get("deploymentSpec") is not None or document.get("pipelineSpec", "deploymentSpec") is not None, _vertex),
    (lambda document: document.get("dataContractSpecification") is not None, _datacontract),
    (mage.is_pipeline, mage.pipeline),
    (mage.is_triggers, mage.triggers),
)  # fmt: skip
