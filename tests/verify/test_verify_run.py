"""From a dataset with probes to what an adapter knows: tables, files, the ledger, and questions to it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hand_probes import bicycle_probes, probe, write_probes

import lithograph
from lithograph.cli import main
from lithograph.config import load_config
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import read_all
from lithograph.pipeline import verification
from lithograph.pipeline.runs_here import find_run, taught
from lithograph.pipeline.verification import VerifyOptions, verify_run
from lithograph.select.feedback import read_results
from lithograph.verify import asking
from lithograph.verify.report import brief


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


def test_what_an_adapter_no_longer_knows_is_found_between_two_runs_on_the_same_probes(project: Path) -> None:
    first = lithograph.verify(project, probes=60)
    shown = brief(first)
    assert "<svg" in shown and "runtime adapter" in shown and "memory (" in shown
    text = (project / "lithograph.toml").read_text()
    (project / "lithograph.toml").write_text(text.replace("train_steps = 10", "train_steps = 14\ntrain_seed = 3"))
    run(project, "train")
    second = verify_run(load_config(project), options=VerifyOptions(probes=60))
    before, after = ({one.name: one.results[0] for one in found.answers}["adapter"] for found in (first, second))
    then, now = (
        dict(zip(held["id"].to_pylist(), held["correct"].to_pylist(), strict=True)) for held in (before, after)
    )
    lost = {row["axioms"][0] for row in second.probes.to_pylist() if then.get(row["id"]) and not now[row["id"]]}
    known = [row["adapter"] for row in read_all(project / "ledger", "runs").to_pylist()]
    adapters = {one.about["model"]: one for one in (first, second)}
    assert len(adapters) == 2 and len(set(known)) == 2
    found = Ledger(project / "ledger").query("regressions", before=first.about["model"], after=second.about["model"])
    assert {row[0] for row in found} == lost


def test_a_verification_that_is_stopped_ends_with_the_same_results(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    shutil.copytree(project, other)
    monkeypatch.setattr(asking, "PIECE", 16)
    undisturbed = verify_run(load_config(other), options=VerifyOptions(probes=48))

    class Stopped(Exception):
        """What stops it."""

    scored = 0

    def stop(*given: object, **named: object) -> object:
        nonlocal scored
        scored += 1
        if scored == 3:
            raise Stopped
        return whole(*given, **named)  # type: ignore[arg-type]

    whole = asking.score_asked
    with monkeypatch.context() as patch:
        patch.setattr(asking, "score_asked", stop)
        with pytest.raises(Stopped):
            verify_run(load_config(project), options=VerifyOptions(probes=48))
    resumed = verify_run(load_config(project), options=VerifyOptions(probes=48))
    assert resumed == undisturbed
    names = ("dev.json", "report.html", "forgetting.json")
    (one,), (two,) = ((root / "runs").glob("*/verify") for root in (project, other))
    assert [(one / name).read_bytes() for name in names] == [(two / name).read_bytes() for name in names]


def test_a_budget_in_minutes_becomes_a_number_once(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(10**6))
    found = verify_run(load_config(project), options=VerifyOptions(minutes=0.05), clock=lambda: float(next(ticks)))
    assert found.probes.num_rows == verification.FEWEST
    assert verify_run(load_config(project), options=VerifyOptions(minutes=0.05)).probes == found.probes


def test_what_the_run_was_not_told_the_ground_of_is_not_asked(project: Path) -> None:
    dataset = project / "datasets" / "tiny"
    untold = [probe(n, n % 3, probe_split="memory", claims=["urn:litho:claim:never"]) for n in range(100, 110)]
    baseless = [probe(n, n % 3, probe_split="reasoning", axioms=["urn:litho:axiom:never"]) for n in range(110, 120)]
    foreign = [probe(n, n % 3, language="ru") for n in range(120, 130)]
    write_probes(dataset, [*bicycle_probes(30), *untold, *baseless, *foreign])
    found = verify_run(load_config(project), options=VerifyOptions(probes=99))
    told = {name for fact in pq.read_table(next((dataset / "data").glob("*.parquet")))["claims"].to_pylist()
            for name in fact}  # fmt: skip
    memory = [row for row in found.probes.to_pylist() if row["probe_split"] == "memory"]
    assert memory and all(set(row["claims"]) <= told for row in memory)
    reasoning = [row for row in found.probes.to_pylist() if row["probe_split"] == "reasoning"]
    assert reasoning and not any("urn:litho:axiom:never" in row["axioms"] for row in reasoning)
    assert 20 <= found.probes.num_rows <= 30
    assert set(found.probes["language"].to_pylist()) == {"en"}, "the run was shown nothing else"


def test_what_a_run_only_read_counts_as_nothing_that_it_was_taught(project: Path) -> None:
    """A reading's sentences stood in the question, and were shown once or so."""
    config = load_config(project)
    record = find_run(config)
    whole = taught(config, record, project / "datasets" / "tiny")
    read = [fact | {"reading": True} for fact in record.facts[:1]]
    less = taught(config, replace(record, facts=(*read, *record.facts[1:])), project / "datasets" / "tiny")
    assert whole.facts - less.facts == {record.facts[0]["instance"]}
    assert whole.axioms - less.axioms == set(record.facts[0]["axioms"])


def test_a_base_model_is_verified_by_itself(project: Path) -> None:
    told = run(project, "verify", "--base", "--probes", "40", "--part", "test")
    assert "base" in told and "majority" in told and "adapter" not in told


def test_what_cannot_be_verified_is_one_line(project: Path) -> None:
    dataset, (folder,) = project / "datasets" / "tiny", (project / "runs").glob("*/")
    assert "there is no run 'nobody'" in refused(project, "verify", "--run", "nobody")
    assert "no development probes were put" in refused(project, "weak")
    (dataset / "probes" / "test.parquet").unlink()
    assert "this dataset has no probes" in refused(project, "verify", "--part", "test")
    write_probes(dataset, [])
    assert "the dev part is empty" in refused(project, "verify")
    write_probes(dataset, [probe(n, 1) for n in range(12)])
    assert "every probe of this set has the same answer, 'No'" in refused(project, "verify")
    write_probes(dataset, [probe(n, 1 + n % 2) for n in range(12)])
    assert "no probe of this set is to be affirmed" in refused(project, "verify")
    write_probes(dataset, bicycle_probes(30))
    record = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(record | {"model": record["model"] | {"digest": "0" * 64}}))
    assert "the adapter belongs to another base model" in refused(project, "verify")
    (folder / "run.json").write_text(json.dumps(record | {"status": "interrupted"}))
    assert "this run is not finished" in refused(project, "verify")
    shutil.rmtree(project / "runs")
    assert "there is no run yet" in refused(project, "verify")
