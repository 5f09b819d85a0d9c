"""What the agent of Azure Pipelines does with one step, and what it remembers between steps."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runners.azure_expression import Scope, evaluate, text_of, truth
from runners.tools import HarnessError, call

MACRO = re.compile(r"\$\(([\w.]+)\)")
COMMAND = re.compile(r"^##vso\[task\.(?P<name>\w+)\s*(?P<properties>[^\]]*)\](?P<value>.*)$", re.MULTILINE)
YES = frozenset({"true", "yes", "on", "y"})
NO = frozenset({"false", "no", "off", "n"})


@dataclass(frozen=True, slots=True)
class StepRun:
    """What became of one step: ran, stand-in, failed, continued (failed, but passed over), skipped, or NOT RUN."""

    stage: str
    job: str
    name: str
    result: str


@dataclass(slots=True)
class AzureRun:
    """What a start of the pipeline came to."""

    stages: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, str] = field(default_factory=dict)
    steps: list[StepRun] = field(default_factory=list)
    artifacts: Path = Path()
    log: str = ""

    @property
    def code(self) -> int:
        """Return 1 when a stage failed."""
        return int("Failed" in self.stages.values())

    @property
    def not_run(self) -> list[str]:
        """Name the tasks that have no offline executor: nothing may be concluded from them."""
        return [step.name for step in self.steps if step.result == "NOT RUN"]


@dataclass(slots=True)
class Agent:
    """The state of one run."""

    root: Path
    work: Path
    run: AzureRun
    outputs: dict[str, dict[str, dict[str, str]]]  # stage -> job -> "step.variable" -> value
    environment: Mapping[str, str]
    tasks: Mapping[str, str]  # task name -> bash that stands in for it


def holds(condition: Any, scope: Scope) -> bool:
    """Tell whether a condition lets its stage, job or step run."""
    if condition is None:
        return truth(evaluate("succeeded()", scope))
    text = text_of(condition).strip()
    return text.lower() in YES if text.lower() in YES | NO else truth(evaluate(text, scope))


def take(
    agent: Agent,
    step: Mapping[str, Any],
    place: Path,
    variables: dict[str, str],
    outputs: dict[str, str],
    status: Scope,
) -> str:
    """Take one step, and say what came of it."""
    if text_of(step.get("enabled", "true")).lower() not in YES or not holds(step.get("condition"), status):
        return "skipped"
    if "checkout" in step:
        return "ran"
    if "publish" in step or "download" in step:
        done = (
            _publish(agent, step, place, variables)
            if "publish" in step
            else _download(agent, step, place, variables)
        )
    elif "script" in step or "bash" in step:
        done = _script(agent, step, place, variables, outputs)
    elif "task" in step:
        stand_in = agent.tasks.get(step["task"])
        if stand_in is None:
            return "NOT RUN"
        inputs = {f"INPUT_{key.upper()}": text_of(value) for key, value in step.get("inputs", {}).items()}
        done = _script(
            agent, {"bash": stand_in, "env": {**step.get("env", {}), **inputs}}, place, variables, outputs
        )
    else:
        raise HarnessError(f"a step of this kind is not modelled: {sorted(step)}")
    if done:
        return "stand-in" if "task" in step else "ran"
    return "continued" if text_of(step.get("continueOnError", "false")).lower() in YES else "failed"


def _macro(text: Any, variables: Mapping[str, str]) -> str:
    folded = {name.lower(): value for name, value in variables.items()}
    return MACRO.sub(
        lambda match: folded.get(match[1].lower(), match[0]), text_of(text)
    )  # an unknown one stays as it is


def _script(
    agent: Agent, step: Mapping[str, Any], place: Path, variables: dict[str, str], outputs: dict[str, str]
) -> bool:
    """Run a script as CmdLine@2 and Bash@3 do: without -e and without pipefail."""
    directories = {
        "System.DefaultWorkingDirectory": str(place),
        "Build.SourcesDirectory": str(place),
        "Pipeline.Workspace": str(place.parent),
        "Agent.TempDirectory": str(place.parent),
    }
    seen = {**directories, **variables}
    file = place.parent / f"{place.name}.sh"
    file.write_text(_macro(step.get("script", step.get("bash")), seen), encoding="utf-8")
    as_environment = {re.sub(r"[^A-Z0-9_]", "_", name.upper()): value for name, value in seen.items()}
    own = {name: _macro(value, seen) for name, value in step.get("env", {}).items()}
    flags = ["--noprofile", "--norc"] if "script" in step else []
    folder = place / _macro(step.get("workingDirectory", "."), seen)
    done = call(
        ["bash", *flags, file], folder, {**agent.environment, "TF_BUILD": "True", **as_environment, **own}
    )
    agent.run.log += f"== {step.get('displayName', '')}\n{done.text}\n"
    failed = done.code != 0
    for match in COMMAND.finditer(done.out):
        properties = dict(pair.split("=", 1) for pair in match["properties"].split(";") if "=" in pair)
        if match["name"] == "setvariable" and properties.get("isOutput", "").lower() in YES:
            outputs[f"{step.get('name', '')}.{properties['variable']}"] = match["value"]
        elif match["name"] == "setvariable":
            variables[properties["variable"]] = match["value"]
        elif match["name"] == "complete":
            failed = failed or properties.get("result") == "Failed"
    return not failed


def _publish(agent: Agent, step: Mapping[str, Any], place: Path, variables: Mapping[str, str]) -> bool:
    source, target = (
        place / _macro(step["publish"], variables),
        agent.run.artifacts / _macro(step["artifact"], variables),
    )
    if not source.exists() or target.exists():
        agent.run.log += f"cannot publish {source} as {target.name}\n"
        return False
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        target.mkdir()
        shutil.copy2(source, target)
    return True


def _download(agent: Agent, step: Mapping[str, Any], place: Path, variables: Mapping[str, str]) -> bool:
    if step["download"] == "none":
        return True
    if step["download"] != "current":
        raise HarnessError(f"download of {step['download']} is not modelled")
    name = _macro(step["artifact"], variables)
    source = agent.run.artifacts / name
    target = (
        Path(
            _macro(
                step["path"],
                {"Build.SourcesDirectory": str(place), "System.DefaultWorkingDirectory": str(place)},
            )
        )
        if "path" in step
        else place.parent / name
    )
    if not source.is_dir():
        agent.run.log += f"there is no artifact {name}\n"
        return False
    shutil.copytree(source, target, dirs_exist_ok=True)
    return True
