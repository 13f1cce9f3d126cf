"""A lab from end to end on the tiny model: adapters side by side, together, and one taken away."""

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
from lithograph.pipeline.lab import LabOptions, TooFewAdapters, as_values, lab
from lithograph.pipeline.lab_items import NoSceneFile, TwiceNamed
from lithograph.pipeline.lab_told import page, tables
from lithograph.verify import asking

SCENES = ("PartOf", "WhatIs", "WhatIs+PartOf")


@pytest.fixture
def project(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the tiny project, with answers of two tokens."""
    root = tmp_path / "project"
    shutil.copytree(trained, root)
    whole = learn_module.train_options
    monkeypatch.setattr(
        learn_module, "train_options", lambda config: replace(whole(config), samples=2, answer_tokens=2)
    )
    return root


OPTIONS = LabOptions(probes=24, samples=4, steps=12)


def test_a_lab_trains_one_adapter_a_scene_and_says_what_each_knows(project: Path) -> None:
    found = lab(load_config(project), SCENES, OPTIONS)
    told = json.loads((found.folder / "lab.json").read_text(encoding="utf-8"))
    assert told == json.loads(json.dumps(as_values(found)))
    assert [one["name"] for one in told["adapters"]] == list(SCENES)
    assert all(found.own[name][name].value > 0 for name in SCENES), "each lowered the loss on its own examples"
    assert set(told["removals"]) == set(SCENES)
    assert set(told["stages"]) == {"PartOf", "+ WhatIs", "+ WhatIs+PartOf", *(f"without {name}" for name in SCENES)}
    assert all(one["norm"] > 0 and 0 <= one["outside"] <= 1 for one in told["updates"].values())
    assert {"expected", "base", "all"} <= set(told["answers"][0]["said"])


def test_what_a_lab_finds_is_drawn_and_told(project: Path) -> None:
    found = lab(load_config(project), SCENES, OPTIONS)
    html = page(found)
    assert html.count("<svg") == 2 and "WhatIs+PartOf" in html
    headings = [heading for heading, _, _ in tables(found)]
    assert len(headings) == 6 and all(len(row) == len(columns) for _, columns, rows in tables(found) for row in rows)


def test_a_lab_that_was_done_trains_and_asks_nothing_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = lab(load_config(project), SCENES, OPTIONS)
    heard: list[object] = []
    monkeypatch.setattr(asking, "score_asked", None)  # to score anything would fail
    again = lab(load_config(project), SCENES, OPTIONS, listener=heard.append)
    finished = [one for one in heard if isinstance(one, Notice) and "is finished" in one.text]
    assert len(finished) == 3
    assert as_values(again) == as_values(first) and again.folder == first.folder


def test_merged_adapters_say_what_stacked_ones_say(project: Path) -> None:
    stacked = lab(load_config(project), SCENES[:2], OPTIONS)
    merged = lab(load_config(project), SCENES[:2], replace(OPTIONS, way="merge"))
    for name in SCENES[:2]:
        one, other = stacked.own[name]["+ WhatIs"], merged.own[name]["+ WhatIs"]
        assert one.value == pytest.approx(other.value, abs=1e-4)


def test_grown_by_training_it_is_one_adapter_on_all_scenes(project: Path) -> None:
    found = lab(load_config(project), SCENES[:2], replace(OPTIONS, way="train"))
    scenes = [json.loads(p.read_text(encoding="utf-8"))["options"]["scenes"]
              for p in (project / "runs").glob("*/run.json")]  # fmt: skip
    assert ["PartOf", "WhatIs"] in scenes and "+ WhatIs" in found.stages


def test_one_scene_is_put_in_the_place_of_another(project: Path) -> None:
    found = lab(load_config(project), SCENES[:2], replace(OPTIONS, replaced=(("PartOf", "WhatIs+PartOf"),)))
    assert "WhatIs+PartOf for PartOf" in found.stages and "WhatIs+PartOf" in found.standings


def test_every_adapter_of_a_lab_is_an_evaluation_of_the_ledger(project: Path) -> None:
    found = lab(load_config(project), SCENES[:2], OPTIONS)
    asked = Ledger(project / "ledger").query("SELECT (COUNT(DISTINCT ?e) AS ?n) WHERE { ?e a litho:Evaluation }")
    assert [int(row[0]) for row in asked.rows] == [2], found.folder


def test_a_lab_of_one_a_missing_file_and_a_scene_twice_are_named(project: Path) -> None:
    config = load_config(project)
    with pytest.raises(TooFewAdapters, match="Name two scenes"):
        lab(config, ["PartOf"], OPTIONS)
    with pytest.raises(NoSceneFile, match="no such scene file"):
        lab(config, ["PartOf", "gone.yaml"], OPTIONS)
    with pytest.raises(TwiceNamed, match="named twice"):
        lab(config, ["PartOf", "PartOf"], OPTIONS)


def test_a_replacement_of_what_is_not_there_is_refused_in_one_line(project: Path) -> None:
    said = CliRunner().invoke(main, ["lab", "PartOf", "WhatIs", "--replace", "Gone=PartOf", "--project", str(project)])
    assert said.exit_code != 0 and "'Gone' is not among the scenes" in said.output
