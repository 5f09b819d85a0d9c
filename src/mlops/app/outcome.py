"""Whether a lint reached what was asked of it."""

from __future__ import annotations

from mlops.domain.assessment import Assessment


def reached(assessment: Assessment) -> bool:
    """Tell whether the target level is reached, waivers counted; true without a target.

    With a target, a repository without machine learning has not reached it.
    """
    if assessment.target is None:
        return True
    item = assessment.models[assessment.model]
    level = item.strict_level if assessment.strict else item.level
    waived = item.waived_strict_level if assessment.strict else item.waived_level
    best = max((value for value in (level, waived) if value is not None), default=None)
    return best is not None and best >= assessment.target
