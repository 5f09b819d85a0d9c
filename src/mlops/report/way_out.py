"""What to do when a gate fails: the same result locally, what restores it, and how to be let through."""

from __future__ import annotations

import shlex

from mlops.domain.assessment import Comparison
from mlops.domain.facts import Location
from mlops.report.formats import Options


def failed(comparison: Comparison, options: Options) -> bool:
    """Tell whether the gate fails, advisory or not."""
    changed = bool(comparison.config_changes) and not options.config_allowed
    return bool(comparison.regressions) or changed


def outcome(comparison: Comparison, options: Options) -> tuple[bool, str]:
    """Return whether the gate lets the change through by its findings, and what it says of it."""
    if not failed(comparison, options):
        return True, "The change keeps the maturity of the repository."
    parts = []
    if comparison.regressions:
        count = len(comparison.regressions)
        parts.append(f"{count} regression{'' if count == 1 else 's'}")
    if comparison.config_changes and not options.config_allowed:
        count = len(comparison.config_changes)
        parts.append(f"{count} change{'' if count == 1 else 's'} of what judges")
    said = f"The change lowers the repository's maturity or may hide it: {', '.join(parts)}."
    return False, f"ADVISORY: nothing fails. {said}" if options.advisory else said


def commands(comparison: Comparison, options: Options) -> list[tuple[str, str]]:
    """Return what may be done, each with the command for it, the smallest first."""
    base = shlex.quote(comparison.base_name)
    # Against a baseline file there is no commit to compare with: the last one is the nearest.
    since = base if comparison.base.revision else "HEAD"
    again = comparison.again or f"mlops gate --base {base}"
    found = []
    for item in {item.practice: item for item in reversed(comparison.regressions) if item.practice}.values():
        place = item.because[0] if item.because else Location(comparison.head.config_path)
        if place.path:
            found.append(
                (f"Restore {item.practice} at {place}:", f"git diff {since} -- {shlex.quote(place.path)}")
            )
    found = found[::-1][:2]
    found.append(("See the same result locally:", again))
    practices = dict.fromkeys(item.practice for item in comparison.regressions if item.practice)
    who = f"; {', '.join(comparison.approvers)} must approve" if comparison.approvers else ""
    found += [
        (
            f"Waive {name}, with a reason and an end{who}:",
            f'mlops waive {shlex.quote(name)} --reason "WHY" --owner OWNER --until YYYY-MM-DD',
        )
        for name in list(practices)[:1]
    ]
    if comparison.config_changes and not options.config_allowed:
        found.append((f"Accept the changes of what judges{who}:", f"{again} --allow-config-change"))
    return found
