"""From a dataset with probes to what an adapter knows: tables, files, the ledger, and questions to it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from lithograph.cli import main
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import read_all
from lithograph.select.feedback import read_results


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


def refused(project: Path, *words: str) -> str:
    result = CliRunner().invoke(main, [*words, "--project", str(project)])
    assert result.exit_code == 2, result.output + repr(result.exception)
    (line,) = result.stderr.strip().splitlines()
    return line


def test_verify_prints_the_models_side_by_side_writes_the_results_and_the_ledger_can_be_asked(project: Path) -> None:
    told = run(project, "verify", "--probes", "40")
    for model in ("adapter", "base", "runtime adapter", "majority", "recall of unknown", "perplexity"):
        assert model in told
    (folder,) = (project / "runs").glob("*/verify")
    held = json.loads((folder / "dev.json").read_text())
    assert held["about"]["probes"] == 40
    results = read_results(folder / "dev.json")
    assert sum(result.probes for result in results.values()) == 40
    assert set(results) == {"PartOf", "WhatIs"}
    page = (folder / "report.html").read_text()
    assert page.count("<svg") == 5 and "http" not in page.replace("http://www.w3.org/2000/svg", "")

    evaluations = read_all(project / "ledger", "evaluations").to_pylist()
    assert {row["slug"].split(" ", 1)[1] for row in evaluations} == {"adapter on dev", "base on dev"}
    names = {measure["name"] for row in evaluations for measure in row["measures"]}
    assert {"accuracy", "macroF1", "recallOfUnknown", "recallOfKnown", "calibrationError", "perplexity"} <= names
    assert read_all(project / "ledger", "probes").num_rows == 80
    wrong = Ledger(project / "ledger").query(
        "SELECT (COUNT(*) AS ?n) WHERE { ?r a litho:ProbeResult ; litho:correct false ; litho:restsOn ?axiom }"
    )
    accuracy = {row["slug"].split(" ")[1]: m["value"] for row in evaluations for m in row["measures"]
                if m["name"] == "accuracy"}  # fmt: skip
    assert int(next(iter(wrong))[0]) == round(80 - 40 * sum(accuracy.values()))
    assert "answers right" in run(project, "trace", evaluations[0]["id"])

    weak = run(project, "weak", "--out", str(project / "weak.json"))
    assert "PartOf" in weak and "composition" in weak and "final loss" in weak
    assert read_results(project / "weak.json") == results
