"""Mage: the blocks of a pipeline and the triggers that start it."""

from __future__ import annotations

from mlops.domain.document import Map, Scalar, text_of
from mlops.domain.facts import Fact, Target
from mlops.facts.config.values import Found, maps, strings

#: Kind of block -> the folder of its code; documentation and scratchpads run nothing.
_FOLDERS = {"custom": "custom", "data_loader": "data_loaders", "transformer": "transformers", "data_exporter": "data_exporters",
            "sensor": "sensors"}  # fmt: skip
#: From the folder of a pipeline to the project that holds the blocks.
_PROJECT = "../.."


def is_pipeline(document: Map) -> bool:
    """Tell whether a document lists the blocks of a pipeline."""
    return any(
        block.get("uuid") is not None and block.get("upstream_blocks") is not None
        for block in maps(document.get("blocks"))
    )


def is_triggers(document: Map) -> bool:
    """Tell whether a document lists the triggers of a pipeline."""
    return any(trigger.get("pipeline_uuid") is not None for trigger in maps(document.get("triggers")))


def pipeline(_path: str, document: Map) -> Found:
    """Read the blocks: each runs the file of its name, after the blocks that stand upstream."""
    facts, targets = [], []
    for block in maps(document.get("blocks")):
        folder, name = _FOLDERS.get(text_of(block.get("type")), ""), text_of(block.get("uuid"))
        if not folder or not name or text_of(block.get("language")) not in {"", "python"}:
            continue
        written = block.get("configuration", "file_source", "path")
        code = written.text if isinstance(written, Scalar) and written.text else f"{folder}/{name}.py"
        facts.append(
            Fact("resource", "mage:block", block.line, {"name": name, "type": text_of(block.get("type"))})
        )
        needs = tuple(strings(block.get("upstream_blocks")))
        targets.append(
            Target(
                "mage-block",
                name,
                block.line,
                script=f"python {code}",
                script_line=block.line,
                folder=_PROJECT,
                needs=needs,
            )
        )
    return tuple(facts), tuple(targets)


def triggers(_path: str, document: Map) -> Found:
    """Read the triggers: one by time starts the pipeline by itself while it is active."""
    targets = []
    for trigger in maps(document.get("triggers")):
        name, started = text_of(trigger.get("name")), text_of(trigger.get("pipeline_uuid"))
        interval = text_of(trigger.get("schedule_interval"))
        attrs = {"schedule": interval} if interval and text_of(trigger.get("schedule_type")) == "time" else {}
        if text_of(trigger.get("status")) != "active":
            attrs["suspend"] = "true"
        targets.append(Target("mage-trigger", name or started, trigger.line, script=f"mage run . {started}", script_line=trigger.line,
                              folder=_PROJECT, attrs=attrs))  # fmt: skip
    return (), tuple(targets)
