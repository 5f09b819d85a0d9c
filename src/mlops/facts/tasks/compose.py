"""Docker Compose files: services as targets."""

from __future__ import annotations

from mlops.domain.document import Document, Map, Scalar, Seq, entries_of, items_of, text_of
from mlops.domain.facts import Fact, FileFacts, Target
from mlops.facts.tasks.tables import command_text, scalars, script_place
from mlops.facts.yaml import documents


def matches(path: str) -> bool:
    """Tell whether a path names a Compose file."""
    name = path.rsplit("/", 1)[-1].lower()
    return name.endswith((".yml", ".yaml")) and (
        name.startswith(("docker-compose", "compose.", "compose-"))
        or name.endswith((".compose.yml", ".compose.yaml", "-compose.yml", "-compose.yaml"))
    )


def read(source: bytes) -> FileFacts:
    """Read the services of a Compose file."""
    found, problems = documents(source)
    root = found[0] if found else None
    facts: list[Fact] = []
    targets: list[Target] = []
    for key, service in entries_of(root.get("services") if isinstance(root, Map) else None):
        if isinstance(service, Map):
            facts += _facts(key, service)
            targets.append(_target(key, service))
    return FileFacts("compose", tuple(facts), tuple(targets), problems)


def _facts(key: Scalar, service: Map) -> list[Fact]:
    facts = [Fact("resource", "compose:service", key.line, {"name": key.text, **scalars(service)})]
    image = service.get("image")
    if isinstance(image, Scalar) and image.text:
        facts.append(Fact("image", image.text, image.line, {"use": "compose"}))
    return facts + [
        Fact("setting", f"{name}={value}", line)
        for name, value, line in _environment(service.get("environment"))
    ]


def _environment(node: Document | None) -> list[tuple[str, str, int]]:
    if isinstance(node, Map):
        return [(key.text, text_of(value), key.line) for key, value in node.items]
    pairs = [(*item.text.partition("="), item.line) for item in items_of(node) if isinstance(item, Scalar)]
    return [(name, value, line) for name, _, value, line in pairs]


def _target(key: Scalar, service: Map) -> Target:
    build = service.get("build")
    attrs = {"image": text_of(service.get("image"))}
    if isinstance(build, Scalar):
        attrs["build"] = build.text
    elif isinstance(build, Map):
        attrs |= {
            "build": text_of(build.get("context"), "."),
            "dockerfile": text_of(build.get("dockerfile")),
            "target": text_of(build.get("target")),
        }
    attrs |= {
        "entrypoint": command_text(service.get("entrypoint")),
        "command": command_text(service.get("command")),
        "healthcheck": command_text(service.get("healthcheck", "test")),
        "restart": text_of(service.get("restart")),
        "ports": " ".join(text_of(item) for item in items_of(service.get("ports"))),
        "profiles": " ".join(text_of(item) for item in items_of(service.get("profiles"))),
    }
    command, entry = service.get("command"), service.get("entrypoint")
    script = " ".join(filter(None, [attrs["entrypoint"], attrs["command"]])).replace("$$", "$")
    place = script_place(command or entry) or key.line
    needs = service.get("depends_on")
    names = (
        [name.text for name, _ in needs.items]
        if isinstance(needs, Map)
        else [text_of(item) for item in items_of(needs)]
    )
    return Target(
        "compose-service", key.text, key.line, script, place, needs=tuple(filter(None, names)), errexit=False,
        attrs={name: value for name, value in attrs.items() if value}, inputs=tuple(_mounts(service.get("volumes"))),
    )  # fmt: skip


def _mounts(node: Document | None) -> list[str]:
    """Return the folders of the repository that a service mounts."""
    found = []
    for item in node.items if isinstance(node, Seq) else ():
        source = text_of(item.get("source")) if isinstance(item, Map) else text_of(item).partition(":")[0]
        if source.startswith("."):
            found.append(source)
    return found
