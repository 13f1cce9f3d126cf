"""The notebook runs from its first cell to its last in a trained project, and stands here executed.

To execute it anew, after `make train`: jupyter execute --inplace notebooks/from-ontology-to-adapter.ipynb
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NAME = "from-ontology-to-adapter.ipynb"


@pytest.fixture(scope="module")
def committed(project_root: Path) -> nbformat.NotebookNode:
    return nbformat.read(project_root / "notebooks" / NAME, as_version=4)


@pytest.mark.model
@pytest.mark.filterwarnings("default")  # of the kernel's machinery, which is not ours
def test_the_notebook_runs_from_end_to_end(trained, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    for name, value in trained.environment.items():
        if os.environ.get(name) != value:
            monkeypatch.setenv(name, value)
    book = nbformat.read(trained.folder / "notebooks" / NAME, as_version=4)
    NotebookClient(
        book, timeout=900, kernel_name="python3", resources={"metadata": {"path": str(trained.folder / "notebooks")}}
    ).execute()
    said = {cell.id: _text(cell) for cell in book.cells if cell.cell_type == "code"}
    assert not [key for key, text in said.items() if "Warning" in text or "Traceback" in text]
    whole = "\n".join(said.values())
    assert re.search(r"^[\d,]+ examples in datasets/world/$", whole, re.M)
    assert re.search(r"^finished: \d+ steps on \d+ facts", whole, re.M), "the run of the project is reused"
    assert len(list((trained.folder / "runs").glob("world-*"))) == 1


def test_the_notebook_is_committed_executed_and_says_nothing_of_a_machine(committed: nbformat.NotebookNode) -> None:
    code = [cell for cell in committed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert all(cell.outputs for cell in code[1:] if not cell.source.startswith("from "))
    for cell in code:
        assert [output.output_type for output in cell.outputs if output.output_type == "error"] == []
        assert not re.search(r"(?<![\w.:/])/(home|root|tmp|work|usr|Users|var)/", _text(cell)), cell.source
        assert "Warning" not in _text(cell), cell.source


def test_the_notebook_shows_a_picture(committed: nbformat.NotebookNode) -> None:
    kinds = {kind for cell in committed.cells for output in cell.get("outputs", ()) for kind in output.get("data", ())}
    assert kinds & {"image/svg+xml", "image/png"}


def _text(cell: nbformat.NotebookNode) -> str:
    """What a cell has printed and shown, as text."""
    shown = []
    for output in cell.outputs:
        shown.append(output.get("text", ""))
        shown += [str(value) for kind, value in output.get("data", {}).items() if kind.startswith("text/")]
    return "\n".join(shown)
