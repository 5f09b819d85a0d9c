"""What looks like evidence and is none: the codes that reports give beside a refusal."""

from __future__ import annotations

from collections.abc import Mapping

FAKES: Mapping[str, str] = {
    "F1": "An empty test file, or a test whose body is `pass`, an ellipsis or a docstring.",
    "F2": "A constant assertion: `assert True`, `1 == 1`, `x == x`.",
    "F3": "A test that is skipped, expected to fail, or never collected.",
    "F4": "A test that only asserts what its own mock returns.",
    "F5": "A failure that the shell or CI swallows: `|| true`, `continue-on-error`, a pipe without pipefail.",
    "F6": "A job that is disabled, or that only a person starts.",
    "F7": "`echo`, `print` or `true` in place of the command.",
    "F8": "A dependency that is never imported.",
    "F9": "Code that nothing runs: never called, dead, or reached from no entry.",
    "F10": "Commented code, code in docstrings, and what a README claims.",
    "F11": "A stub: `pass`, `NotImplementedError`, or a constant returned.",
    "F12": "What a template left behind: `{{ cookiecutter.x }}`, `<placeholder>`, `changeme`.",
    "F13": "A file without content: `stages: {}`, a schema without constraints, a threshold that cannot fail.",
    "F14": "A script, file or folder that is named and does not exist.",
    "F15": "A check inside a `try` whose handler neither raises nor exits.",
    "F16": "A result that is computed and not used.",
    "F17": "A flag that keeps a tool from failing: `--exit-zero`, `soft_fail`.",
    "F18": "A demo or tutorial that no entry of the project reaches.",
    "F19": "A copy of the training pipeline for production, instead of one definition.",
    "F20": 'A tool switched off: `WANDB_MODE=disabled`, `report_to="none"`.',
    "F21": "A deployment that is silently skipped without its secret.",
    "F22": "Evidence in tests, examples, vendored or generated files, or notebooks that nothing executes.",
}
