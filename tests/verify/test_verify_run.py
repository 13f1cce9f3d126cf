"""From a dataset with probes to what an adapter knows: tables, files, the ledger, and questions to it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from lithograph.cli import main


@pytest.fixture
def project(trained: Path, tmp_path: Path) -> Path:
    """A copy of the trained project."""
    root = tmp_path / "project"
    shutil.copytree(trained, root)
    return root


def run(project: Path, *words: str) -> str:
    result = CliRunner().invoke(main, [*words, "--project", str(project)])
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def test_verify_prints_the_models_side_by_side_and_writes_the_results(project: Path) -> None:
    told = run(project, "verify", "--probes", "40")
    for model in ("adapter", "base", "runtime adapter", "majority"):
        assert model in told
    (folder,) = (project / "runs").glob("*/verify")
    held = json.loads((folder / "dev.json").read_text())
    assert held["split"] == "development"
    assert held["about"]["probes"] == 40
    assert sum(scene["probes"] for scene in held["scenes"].values()) == 40
