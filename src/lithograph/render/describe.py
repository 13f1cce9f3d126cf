"""Everything in a dataset's folder that describes it: card, figure, Croissant. Knows only the report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lithograph.render import croissant
from lithograph.render.card import coverage_figure, dataset_card


def describe(report: Mapping[str, Any], folder: Path) -> None:
    """Write README.md, figures/coverage.svg and croissant.json into a dataset's folder."""
    (folder / "figures").mkdir(exist_ok=True)
    coverage_figure(report, folder / "figures" / "coverage.svg")
    (folder / "README.md").write_text(dataset_card(report), encoding="utf-8")
    (folder / croissant.FILE_NAME).write_text(croissant.croissant_text(report), encoding="utf-8")
