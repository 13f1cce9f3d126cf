"""The page about truth says, and draws, what the program finds today, byte for byte."""

from __future__ import annotations

import runpy
from pathlib import Path
from xml.etree import ElementTree

import pytest

FILE = "make_truth.py"


@pytest.fixture(scope="module")
def made(project_root: Path) -> dict[Path, str]:
    files: dict[Path, str] = runpy.run_path(str(project_root / "docs" / FILE))["files"]()
    return files


def test_the_page_and_its_figures_are_what_the_program_would_write(made: dict[Path, str]) -> None:
    assert [path.name for path, text in made.items() if path.read_bytes() != text.encode()] == [], "run: make docs"


def test_each_status_is_shown_with_a_figure(made: dict[Path, str], project_root: Path) -> None:
    page = (project_root / "docs" / "explanation" / "truth.md").read_text(encoding="utf-8")
    for status in ("asserted", "entailed", "refuted-none", "refuted-not-all", "unknown", "computed"):
        figures = [path for path in made if path.name.startswith(f"{status}-")]
        assert len(figures) == (1 if status == "computed" else 2)
        for path in figures:
            assert f"(figures/{path.name})" in page
            assert ElementTree.fromstring(made[path]).findall("{*}rect")


def test_a_presupposed_and_a_supposed_leaf_are_drawn_as_such(made: dict[Path, str]) -> None:
    drawn = {path.name: text for path, text in made.items()}
    assert drawn["refuted-none-pizza.svg"].count("stroke-dasharray") == 2
    assert drawn["refuted-not-all-pizza.svg"].count("stroke-dasharray") == 1
    assert "stroke-dasharray" not in drawn["entailed-pizza.svg"]
