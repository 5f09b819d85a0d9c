"""Whether callers of the service are really checked: the fact `endpoint-guard`."""

from __future__ import annotations

from mlops.graph.context import Context
from mlops.graph.derived.common import derived, facts_of, with_capability

#: What makes a FastAPI security scheme part of a route.
_ATTACHES = (".Depends", ".Security", ".Annotated", ".add_middleware")


def add_protection(context: Context) -> None:
    """Add a fact for each authentication or rate limit; a scheme that no route depends on is refused."""
    places = {id(fact): place for place, fact in context.python.placed.items()}
    attached = {
        path
        for path, file in context.python.modules.files.items()
        if any(
            call.name.endswith(_ATTACHES) or call.name in {"Depends", "Security"} for call in file.facts.calls
        )
    }
    for fact in with_capability(context, "endpoint-auth"):
        refused = ("", "")
        if id(fact) in places and fact.fact.value.startswith("fastapi.security."):
            refused = _detached(context, places[id(fact)], attached)
        context.graph.place([derived(fact, "endpoint-guard", refused=refused)])


def _detached(context: Context, place: tuple[str, int], attached: set[str]) -> tuple[str, str]:
    """Return why a security scheme guards nothing, or ("", "")."""
    path, index = place
    if any(index in call.feeds for call in facts_of(context, path).calls):
        return "", ""
    users = {other for other in attached if other == path or path in context.python.imports_of(other)}
    return ("", "") if users else ("no route depends on it", "F9")
