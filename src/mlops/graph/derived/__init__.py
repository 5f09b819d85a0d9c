"""Facts that need thought: each module adds one family of derived facts to the graph.

A derived fact is placed like any other: its kind is the predicate's name, its node and line are those of the
evidence. `refused` says why something that looks like it is none. Order matters: later families read earlier ones.
"""

from __future__ import annotations

from mlops.graph.context import Context
from mlops.graph.derived.applied import add_applied
from mlops.graph.derived.checks import add_checks
from mlops.graph.derived.compiling import add_compiling
from mlops.graph.derived.data import add_data
from mlops.graph.derived.delivery import add_delivery
from mlops.graph.derived.environment import add_environment
from mlops.graph.derived.lineage import add_lineage
from mlops.graph.derived.lookalikes import add_lookalikes
from mlops.graph.derived.ml import add_ml
from mlops.graph.derived.modules import add_modules
from mlops.graph.derived.monitoring import add_monitoring
from mlops.graph.derived.protection import add_protection
from mlops.graph.derived.records import add_records
from mlops.graph.derived.services import add_services
from mlops.graph.derived.tests import add_tests
from mlops.graph.derived.tracking import add_tracking
from mlops.graph.derived.workflows import add_workflows

_FAMILIES = (
    add_applied,
    add_compiling,
    add_ml,
    add_checks,
    add_tests,
    add_services,
    add_data,
    add_environment,
    add_workflows,
    add_tracking,
    add_lineage,
    add_delivery,
    add_monitoring,
    add_modules,
    add_protection,
    add_records,
    add_lookalikes,
)


def derive(context: Context) -> None:
    """Add all derived facts."""
    for add in _FAMILIES:
        add(context)
