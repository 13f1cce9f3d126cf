"""What a user can get wrong about training, and the one line that says so."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pyarrow.parquet as pq
import pytest

from lithograph.core.errors import LithographError
from lithograph.train import TrainOptions, estimate, find_model, read_record, train
from lithograph.train import checkpoints as checkpoints_module
from lithograph.train.errors import (
    BadOption,
    BudgetTooSmall,
    DatasetBroken,
    DatasetMissing,
    DiskFull,
    ModelMissing,
    NothingToTrain,
    RunBroken,
    UnknownScene,
    UnknownTarget,
)
from lithograph.train.model import find_gguf

Row = Callable[..., dict[str, Any]]
Press = Callable[..., Path]


@pytest.fixture
def options(tiny_model: Path) -> TrainOptions:
    return TrainOptions(model=str(tiny_model), steps=6, exposures=2, batch=4, threads=1, samples=2, answer_tokens=2)


def refusal(kind: type[LithographError], dataset: Path, runs: Path, options: TrainOptions) -> str:
    with pytest.raises(kind) as seen:
        train(dataset, runs, options)
    text = str(seen.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("name", "value"),
    [("rank", 0), ("lr", -1.0), ("steps", 0), ("layers", "bottom:3"), ("layers", "top:0"), ("warmup", 1.0),
     ("languages", ()), ("device", "abacus"), ("minutes", 0.0), ("exposures", 0), ("seed", -1), ("lr", float("nan"))],
)  # fmt: skip
def test_an_option_that_cannot_be_used_is_named(
    world: Path, options: TrainOptions, tmp_path: Path, name: str, value: Any
) -> None:
    assert f"option {name}" in refusal(BadOption, world, tmp_path, replace(options, **{name: value}))


def test_a_folder_that_is_no_dataset_is_refused(options: TrainOptions, tmp_path: Path) -> None:
    assert "there is no dataset here" in refusal(DatasetMissing, tmp_path / "none", tmp_path, options)
    assert "no data/train-*.parquet" in refusal(DatasetMissing, tmp_path, tmp_path, options)


def test_a_broken_data_file_is_named(press: Press, rows_of: Row, options: TrainOptions, tmp_path: Path) -> None:
    dataset = press(train=[rows_of(0, 0)])
    (dataset / "data" / "train-00001.parquet").write_bytes(b"PAR1 and nothing more")
    assert "train-00001.parquet: the file cannot be read as Parquet" in refusal(
        DatasetBroken, dataset, tmp_path, options
    )


def test_a_missing_column_is_named(press: Press, rows_of: Row, options: TrainOptions, tmp_path: Path) -> None:
    dataset = press(train=[rows_of(0, 0)])
    file = dataset / "data" / "train-00000.parquet"
    pq.write_table(pq.read_table(file).drop(["instance"]), file)
    assert "the column 'instance' is missing (columns: id," in refusal(DatasetBroken, dataset, tmp_path, options)


def test_a_broken_build_report_is_named(press: Press, rows_of: Row, options: TrainOptions, tmp_path: Path) -> None:
    dataset = press(train=[rows_of(0, 0)])
    (dataset / "build.json").write_text("{")
    assert "build.json: the build report is not JSON" in refusal(DatasetBroken, dataset, tmp_path, options)


def test_a_language_without_examples_is_told_which_there_are(
    world: Path, options: TrainOptions, tmp_path: Path
) -> None:
    text = refusal(NothingToTrain, world, tmp_path, replace(options, languages=("ru",)))
    assert "no training example fits the languages ru (there are: en)" in text


def test_a_regional_tag_belongs_to_its_language(
    press: Press, rows_of: Row, options: TrainOptions, tmp_path: Path
) -> None:
    rows = [rows_of(fact, 0, language="en-GB") for fact in range(8)] + [rows_of(9, 0, language="eno")]
    record = train(press(train=rows), tmp_path / "runs", options)
    assert record.dataset["examples"] == 8


def test_an_unknown_scene_is_told_the_nearest(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    text = refusal(UnknownScene, world, tmp_path, replace(options, scenes=("PartsOf",)))
    assert "'PartsOf' (there are: PartOf, WhatIs). Did you mean PartOf?" in text


def test_a_scene_can_be_trained_alone(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    record = train(world, tmp_path / "runs", replace(options, scenes=("PartOf",)))
    assert {fact["scene"] for fact in record.facts} == {"https://example.org/scenes#PartOf"}


def test_what_rests_on_a_higher_proof_can_be_left_out(
    press: Press, rows_of: Row, options: TrainOptions, tmp_path: Path
) -> None:
    dataset = press(train=[rows_of(fact, 0, depth=1 + fact % 3) for fact in range(9)])
    assert train(dataset, tmp_path / "runs", replace(options, deepest=2)).dataset["facts"] == 6
    text = refusal(NothingToTrain, dataset, tmp_path, replace(options, deepest=0))
    assert "no training example fits a depth of 0 at most (there are: 1, 2, 3)" in text


def test_weight_zero_is_left_out(press: Press, rows_of: Row, options: TrainOptions, tmp_path: Path) -> None:
    rows = [rows_of(fact, 0, weight=float(fact > 4)) for fact in range(10)]
    assert train(press(train=rows), tmp_path / "runs", options).dataset["facts"] == 5


def test_a_budget_below_one_fact_is_refused(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    text = refusal(BudgetTooSmall, world, tmp_path, replace(options, steps=1, exposures=5))
    assert "1 steps do not show one fact 5 times (1 × batch 4 = 4 examples)" in text


def test_examples_that_are_too_long_are_dropped_and_counted(
    press: Press, rows_of: Row, options: TrainOptions, tmp_path: Path
) -> None:
    rows = [rows_of(fact, 0) for fact in range(4)]
    long = [{"role": "user", "content": "why? " * 200}, {"role": "assistant", "content": "So."}]
    record = train(
        press(train=[*rows, rows_of(4, 1, messages=long)]), tmp_path / "runs", replace(options, max_length=150)
    )
    assert record.dropped == {"longer than 150 tokens": 1}
    assert len(record.facts) == 4
    assert (
        "nothing"
        not in refusal(NothingToTrain, press("b", train=rows), tmp_path, replace(options, max_length=9)).lower()
    )


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"the folder is no model: config.json is missing"):
        find_model(str(tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelMissing, match=r"no \*\.safetensors in it"):
        find_model(str(tmp_path))
    with pytest.raises(ModelMissing, match="there is no model folder here"):
        find_model(str(tmp_path / "none"))


def test_weights_that_cannot_be_read_are_refused(
    world: Path, tiny_model: Path, options: TrainOptions, tmp_path: Path
) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    for file in tiny_model.iterdir():
        (folder / file.name).write_bytes(file.read_bytes()[: 100 if file.suffix == ".safetensors" else None])
    text = refusal(ModelMissing, world, tmp_path, replace(options, model=str(folder)))
    assert "the folder's weights cannot be read as a language model" in text


def test_a_hub_model_that_is_not_here_is_not_fetched_unasked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelMissing, match=r"some-one/some-model: the model is not on this machine.*--allow-network"):
        find_model("some-one/some-model")


def test_a_missing_package_says_how_to_install_it() -> None:
    with pytest.raises(
        ModelMissing, match=r"the package no-such-weights .* is not installed. Install it with: make setup"
    ):
        find_gguf("no_such_weights")


def test_an_unknown_target_is_told_which_there_are(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    text = refusal(UnknownTarget, world, tmp_path, replace(options, targets=("q_projection",)))
    assert "down_proj, gate_proj, k_proj, o_proj, q_proj, up_proj, v_proj" in text


def test_more_layers_than_there_are_is_refused(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    assert 'at most "top:2"' in refusal(BadOption, world, tmp_path, replace(options, layers="top:3"))


def test_a_run_record_that_cannot_be_read_is_refused(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    record = train(world, tmp_path, options)
    file = record.folder / "run.json"
    for text in ("{", "[]", json.dumps({"format": 0})):
        file.write_text(text)
        assert "Delete the run's folder" in refusal(RunBroken, world, tmp_path, options)


def test_a_full_disk_is_named_and_the_last_checkpoint_stands(
    world: Path, options: TrainOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = replace(options, checkpoint_steps=1)

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    def fill(event: object) -> None:
        if getattr(event, "done", 0) == 3:
            monkeypatch.setattr(checkpoints_module, "write_rows", full)

    with pytest.raises(DiskFull, match=r"the disk is full \(No space left on device\)"):
        train(world, tmp_path, every, listener=fill)
    monkeypatch.undo()
    (folder,) = tmp_path.iterdir()
    assert {path.name for path in (folder / "checkpoints").glob("step-*")} == {"step-000001", "step-000002"}
    assert train(world, tmp_path, every).finished


def test_an_estimate_writes_nothing_and_plans_the_run(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    guess = estimate(world, options)
    record = train(world, tmp_path, options)
    assert (guess.steps, guess.tokens, guess.facts) == (record.steps, record.tokens, len(record.facts))
    assert guess.seconds > 0
    assert guess.memory > 100_000
    assert read_record(tmp_path) is None
