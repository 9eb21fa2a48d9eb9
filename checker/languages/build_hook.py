"""Compiles the catalogues into a wheel; hatchling runs this. A checkout reads the sources (`catalogues`)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc]
    """Adds a `.mo` file beside each `.po` file of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "editable" where the checkout itself is installed."""
        if self.target_name != "wheel" or version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from checker.languages.catalogues import compile_po

        self._made = tempfile.TemporaryDirectory()
        sources = [*root.glob("checker/languages/*.po"), *root.glob("katas/*/*.po")]
        for number, source in enumerate(sorted(sources)):
            made = Path(self._made.name) / f"{number}.mo"
            made.write_bytes(compile_po(source))
            place = source.relative_to(root).with_suffix(".mo")
            inside = Path("checker/_content") / place if place.parts[0] == "katas" else place
            build_data["force_include"][str(made)] = inside.as_posix()

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made."""
        if hasattr(self, "_made"):
            self._made.cleanup()
