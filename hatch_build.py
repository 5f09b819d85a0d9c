"""Build hook: compiles the rules into the wheel, so that the installed tool parses no YAML to start."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface):  # type: ignore[type-arg]
    """Adds `mlops/_data/rules/compiled.json` and the tools beside it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the rules beside the build, unless the wheel is editable and reads the checkout itself."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root, "src")))
        from mlops.catalog.compiled import COMPILED, compile_rules, store  # noqa: PLC0415 (found by the line above)

        store(self._folder / COMPILED, compile_rules(Path(self.root, "rules")))
        for made in self._folder.iterdir():
            build_data["force_include"][str(made)] = f"mlops/_data/rules/{made.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what lies in the wheel now."""
        del version, build_data, artifact_path
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _folder(self) -> Path:
        return Path(self.directory) / ".compiled"
