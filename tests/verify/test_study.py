"""A study from end to end on the tiny model: seeds and controls on the same probes, resumed, told, recorded."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from lithograph.cli import main
from lithograph.config import load_config
from lithograph.core.activity import Notice
from lithograph.ledger.ask import Ledger
from lithograph.pipeline import learn as learn_module
from lithograph.pipeline.study import SCRATCH, StudyOptions, study
from lithograph.pipeline.verification import VerifyOptions
from lithograph.train.record import read_record
from lithograph.verify import asking
from lithograph.verify.verified import ADAPTER, BASE, FORMAT_ONLY, MAJORITY, RUNTIME

OPTIONS = StudyOptions((0, 1), (FORMAT_ONLY, SCRATCH), VerifyOptions("test", probes=20, context=64))


@pytest.fixture
def project(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny project, with answers of two tokens and a scratch model that is tiny too."""
    root = tmp_path / "project"
    shutil.copytree(trained, root)
    with (root / "lithograph.toml").open("a") as file:
        file.write("train_scratch_width = 32\ntrain_scratch_layers = 1\ntrain_scratch_vocabulary = 320\n"
                   "train_own_answers = 0.0\n")  # fmt: skip
    whole = learn_module.train_options
    monkeypatch.setattr(
        learn_module, "train_options", lambda config: replace(whole(config), samples=2, answer_tokens=2)
    )
    return root


def test_a_study_sets_seeds_and_controls_beside_each_other(project: Path) -> None:
    done = study(load_config(project), OPTIONS)
    told = json.loads((done.folder / "test.json").read_text(encoding="utf-8"))
    assert set(told["models"]) == {ADAPTER, BASE, RUNTIME, FORMAT_ONLY, SCRATCH, MAJORITY}
    assert told["models"][ADAPTER]["seeds"] == 2 and len(told["models"][ADAPTER]["perplexity"]) == 2
    assert told["models"][SCRATCH]["perplexity"] == []
    assert set(told["ahead"]) == {BASE, RUNTIME, FORMAT_ONLY, SCRATCH, MAJORITY}
    records = {name: [read_record(project / "runs" / run) for run in runs] for name, runs in told["runs"].items()}
    assert [record.options["seed"] for record in records[ADAPTER] if record] == [0, 1]
    assert len({frozenset(fact["instance"] for fact in one.facts) for one in records[ADAPTER] if one}) == 1
    assert all(record and record.options["answers"] == "shuffled" for record in records[FORMAT_ONLY])
    assert "<svg" in (done.folder / "report.html").read_text(encoding="utf-8")


def test_a_study_that_was_done_trains_and_asks_nothing_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = study(load_config(project), OPTIONS)
    before = (first.folder / "test.json").read_bytes()
    heard: list[object] = []
    monkeypatch.setattr(asking, "score_asked", None)  # to score anything would fail
    again = study(load_config(project), OPTIONS, listener=heard.append)
    assert sum(isinstance(one, Notice) and "is finished" in one.text for one in heard) == 4
    assert (again.folder / "test.json").read_bytes() == before


def test_each_run_of_a_study_is_an_evaluation_of_the_ledger(project: Path) -> None:
    study(load_config(project), OPTIONS)
    asked = Ledger(project / "ledger").query(
        "SELECT (COUNT(DISTINCT ?m) AS ?n) WHERE { ?e a litho:Evaluation ; litho:scored ?m }"
    )
    assert [int(row[0]) for row in asked.rows] == [3]


def test_a_control_that_is_none_is_named_in_one_line(project: Path) -> None:
    said = CliRunner().invoke(main, ["study", "--controls", "magic", "--project", str(project)])
    assert said.exit_code != 0 and "there is no control 'magic'" in said.output
