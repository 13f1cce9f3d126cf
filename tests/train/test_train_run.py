"""A run from a dataset to an adapter: what it leaves behind, and that stopping it changes nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from transformers import AutoModelForCausalLM

from lithograph.core.activity import Event, Notice, Progress, StageReport
from lithograph.train import RunRecord, TrainOptions, open_adapter, read_record, train
from lithograph.train import checkpoints as checkpoints_module
from lithograph.train import steps as steps_module
from lithograph.train.errors import LossNotFinite, RunBusy, RunInterrupted
from lithograph.train.stopping import only_one


@pytest.fixture(scope="module")
def options(tiny_model: Path) -> TrainOptions:
    return TrainOptions(model=str(tiny_model), steps=12, exposures=4, batch=4, checkpoint_steps=5, lr=5e-3, threads=1,
                        samples=4, answer_tokens=4)  # fmt: skip


@pytest.mark.parametrize("at", [3, 11])
def test_a_run_over_kept_states_that_is_stopped_ends_with_the_same_bytes(
    world: Path, options: TrainOptions, tmp_path: Path, at: int
) -> None:
    upper = replace(options, layers="top:1")

    def interrupt(event: Event) -> None:
        if isinstance(event, Progress) and event.done == at:
            os.kill(os.getpid(), signal.SIGINT)

    undisturbed = train(world, tmp_path / "whole", upper)
    with pytest.raises(RunInterrupted):
        train(world, tmp_path / "cut", upper, listener=interrupt)
    resumed, done = trained_steps(world, tmp_path / "cut", upper)
    assert done[0] == at + 1
    assert written(resumed) == written(undisturbed)


@pytest.fixture(scope="module")
def whole(world: Path, options: TrainOptions, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """A run that nothing disturbed."""
    return train(world, tmp_path_factory.mktemp("whole"), options)


@pytest.fixture(scope="module")
def in_parts(world: Path, options: TrainOptions, tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """The same run with its losses in parts of four steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps_module, "PART_STEPS", 4)
        return train(world, tmp_path_factory.mktemp("parts"), options)


def written(record: RunRecord) -> dict[str, bytes]:
    """Everything of a run that no clock decides."""
    files = [*sorted((record.folder / "steps").iterdir()), *sorted(record.adapter.iterdir()),
             *sorted((record.folder / "sketches").iterdir()), record.folder / "before_after.json"]  # fmt: skip
    return {str(file.relative_to(record.folder)): file.read_bytes() for file in files}


def trained_steps(dataset: Path, runs: Path, options: TrainOptions) -> tuple[RunRecord, list[int]]:
    """Train, and which steps this call took."""
    events: list[Event] = []
    record = train(dataset, runs, options, listener=events.append)
    return record, [event.done for event in events if isinstance(event, Progress)]


def test_a_run_leaves_adapter_card_losses_and_record(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    events: list[Event] = []
    record = train(world, tmp_path / "runs", options, listener=events.append)

    assert record.finished
    assert record == read_record(record.folder)
    assert {file.name for file in record.adapter.iterdir()} == {
        "adapter_model.safetensors", "adapter_config.json", "README.md"}  # fmt: skip
    rows = pq.read_table(record.folder / "steps" / "part-00000.parquet")
    assert rows.column_names == ["step", "micro", "example", "loss", "tokens", "lr"]
    assert rows.num_rows == 12 * 4
    assert [event.done for event in events if isinstance(event, Progress)] == list(range(1, 13))
    assert isinstance(events[-1], StageReport)
    held = json.loads((record.folder / "run.json").read_text())
    assert held["dataset"]["name"] == "tiny-world"
    assert held["steps"] == 12
    assert held["calibration"] is None
    assert held["threads"] == 1


def test_every_chosen_fact_is_shown_as_often_as_the_whole_says(whole: RunRecord) -> None:
    seen = pq.read_table(whole.folder / "steps" / "part-00000.parquet")["example"].to_pylist()
    assert all(fact["shown"] >= 4 for fact in whole.facts)
    assert [sum(seen.count(one) for one in fact["examples"]) for fact in whole.facts] == [
        fact["shown"] for fact in whole.facts
    ]


def test_training_lowers_the_loss_and_changes_no_base_weight(
    world: Path, options: TrainOptions, tmp_path: Path, tiny_model: Path
) -> None:
    before = (tiny_model / "model.safetensors").read_bytes()
    record = train(world, tmp_path / "runs", replace(options, steps=60))
    losses = record.result["losses"]
    assert losses["test"]["after"] < losses["test"]["before"]
    assert losses["learned"]["after"] < losses["learned"]["before"]
    assert (tiny_model / "model.safetensors").read_bytes() == before


def test_peft_opens_the_adapter_and_it_speaks_as_the_run_measured(whole: RunRecord, tiny_model: Path) -> None:
    base = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    ids = torch.arange(3, 30)[None]
    plain = base(ids).logits
    adapted = open_adapter(base, whole.adapter)
    assert not torch.equal(adapted(ids).logits, plain)
    assert adapted.peft_config["default"].base_model_name_or_path == str(tiny_model)


def test_two_runs_of_the_same_configuration_are_the_same_bytes(
    world: Path, whole: RunRecord, options: TrainOptions, tmp_path: Path
) -> None:
    again = train(world, tmp_path / "again", options)
    assert again.id == whole.id
    assert written(again) == written(whole)


def test_a_finished_run_says_so_and_does_nothing(world: Path, options: TrainOptions, whole: RunRecord) -> None:
    events: list[Event] = []
    changed = {file: file.stat().st_mtime_ns for file in whole.folder.rglob("*.*")}
    again = train(world, whole.folder.parent, options, listener=events.append)
    assert again == whole
    assert [event.text for event in events if isinstance(event, Notice) and "is finished" in event.text]
    assert {file: file.stat().st_mtime_ns for file in whole.folder.rglob("*.*")} == changed


@pytest.mark.parametrize(("number", "at"), [(signal.SIGINT, 3), (signal.SIGTERM, 5), (signal.SIGINT, 11)])
def test_a_signal_stops_after_a_checkpoint_and_the_next_call_ends_with_the_same_bytes(
    world: Path, whole: RunRecord, options: TrainOptions, tmp_path: Path, number: signal.Signals, at: int
) -> None:

    def interrupt(event: Event) -> None:
        if isinstance(event, Progress) and event.done == at:
            os.kill(os.getpid(), number)

    with pytest.raises(RunInterrupted, match=f"stopped at step {at} of 12"):
        train(world, tmp_path / "cut", options, listener=interrupt)
    cut = read_record(tmp_path / "cut" / whole.id)
    assert cut is not None
    assert cut.status == "interrupted"
    resumed, done = trained_steps(world, tmp_path / "cut", options)
    assert done[0] == at + 1
    assert written(resumed) == written(whole)


KILLED = """
import os, signal, sys
from pathlib import Path
from lithograph.core.activity import Progress
from lithograph.train import TrainOptions, train

def kill(event):
    if isinstance(event, Progress) and event.done == int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)

options = TrainOptions(model=sys.argv[3], steps=12, exposures=4, batch=4, checkpoint_steps=5, lr=5e-3, threads=1,
                       samples=4, answer_tokens=4)
train(Path(sys.argv[1]), Path(sys.argv[2]), options, listener=kill)
"""


def test_a_killed_process_is_gone_on_with_and_ends_with_the_same_bytes(
    world: Path, whole: RunRecord, options: TrainOptions, tmp_path: Path, tiny_model: Path
) -> None:
    command = [sys.executable, "-c", KILLED, str(world), str(tmp_path / "cut"), str(tiny_model), "8"]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL
    cut = read_record(tmp_path / "cut" / whole.id)
    assert cut is not None
    assert cut.status == "training"
    resumed, done = trained_steps(world, tmp_path / "cut", options)
    assert done[0] == 6  # the checkpoint of step 5
    assert written(resumed) == written(whole)


@pytest.mark.parametrize("at", [1, 4, 5, 6, 8, 9, 12])
def test_a_crash_anywhere_changes_neither_losses_nor_adapter(
    world: Path, options: TrainOptions, tmp_path: Path, at: int, monkeypatch: pytest.MonkeyPatch, in_parts: RunRecord
) -> None:
    monkeypatch.setattr(steps_module, "PART_STEPS", 4)

    def crash(event: Event) -> None:
        if isinstance(event, Progress) and event.done == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(world, tmp_path, options, listener=crash)
    resumed, done = trained_steps(world, tmp_path, options)
    assert done[0] == (at - 1) // 5 * 5 + 1
    assert written(resumed) == written(in_parts)


def test_a_run_killed_after_its_last_checkpoint_keeps_its_losses_and_no_checkpoint_too_many(
    world: Path, whole: RunRecord, options: TrainOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(folder: Path) -> None:
        if folder.name == "step-000005" and folder.exists():  # let go of when step 12, the last, has its checkpoint
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints_module, "remove_whole", killed)
        with pytest.raises(KeyboardInterrupt):
            train(world, tmp_path, options)
    resumed, done = trained_steps(world, tmp_path, options)
    assert done == []
    assert written(resumed) == written(whole)
    assert [one.name for one in sorted((resumed.folder / "checkpoints").iterdir())] == ["step-000010", "step-000012"]


def test_losses_are_kept_in_parts_of_a_fixed_number_of_steps(in_parts: RunRecord, whole: RunRecord) -> None:
    parts = [pq.read_table(file) for file in sorted((in_parts.folder / "steps").iterdir())]
    assert [sorted(set(part["step"].to_pylist())) for part in parts] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    assert pa.concat_tables(parts) == pq.read_table(whole.folder / "steps" / "part-00000.parquet")


def test_minutes_become_steps_once_and_are_kept_on_resume(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    ticks = iter(range(10_000_000))
    timed = replace(options, steps=None, minutes=0.5)

    def interrupt(event: Event) -> None:
        if isinstance(event, Progress) and event.done == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(RunInterrupted):
        train(world, tmp_path / "runs", timed, listener=interrupt, clock=lambda: next(ticks))
    (folder,) = (tmp_path / "runs").iterdir()
    held = json.loads((folder / "run.json").read_text())
    assert held["calibration"]["seconds_per_step"] == 1
    assert held["steps"] == 30
    slower = iter(range(0, 1_000_000_000, 50))
    record = train(world, tmp_path / "runs", timed, clock=lambda: next(slower))
    assert record.folder == folder
    assert record.steps == 30
    fixed = train(world, tmp_path / "fixed", replace(options, steps=30))
    assert (fixed.adapter / "adapter_model.safetensors").read_bytes() == (
        record.adapter / "adapter_model.safetensors").read_bytes()  # fmt: skip


def test_minutes_are_not_spent_on_showing_few_facts_for_ever(
    world: Path, options: TrainOptions, tmp_path: Path
) -> None:
    ticks = iter(range(10_000_000))
    record = train(world, tmp_path / "runs", replace(options, steps=None, minutes=60), clock=lambda: next(ticks))
    assert record.calibration is not None
    assert record.calibration["capped"]
    assert {fact["shown"] for fact in record.facts} == {12}


def test_micro_batches_learn_what_whole_batches_learn(
    world: Path, whole: RunRecord, options: TrainOptions, tmp_path: Path
) -> None:
    cut = pq.read_table(
        train(world, tmp_path / "b", replace(options, micro_batch=1)).folder / "steps" / "part-00000.parquet"
    )
    plain = pq.read_table(whole.folder / "steps" / "part-00000.parquet")
    assert plain["example"] == cut["example"]
    assert cut["micro"].to_pylist()[:4] == [0, 1, 2, 3]
    assert cut["loss"].to_pylist() == pytest.approx(plain["loss"].to_pylist(), rel=1e-4)


def test_a_loss_that_is_not_finite_ends_in_one_line_and_checkpoints_stand(
    world: Path, options: TrainOptions, tmp_path: Path
) -> None:
    with pytest.raises(
        LossNotFinite, match=r"not a finite number at step \d+ \(examples urn.*Lower the learning rate"
    ) as seen:
        train(world, tmp_path / "runs", replace(options, lr=1e30, clip=1e30, checkpoint_steps=1))
    assert "\n" not in str(seen.value)
    (folder,) = (tmp_path / "runs").iterdir()
    assert list((folder / "checkpoints").glob("step-*"))


def test_a_second_process_in_the_same_run_is_refused_in_one_line(
    world: Path, options: TrainOptions, whole: RunRecord
) -> None:
    with only_one(whole.folder), pytest.raises(RunBusy, match=f"trained by another process \\(pid {os.getpid()}\\)"):
        train(world, whole.folder.parent, options)


def test_the_card_says_what_was_taught_and_what_changed(whole: RunRecord) -> None:
    card = (whole.adapter / "README.md").read_text()
    assert card.startswith("---\nbase_model: ")
    assert "library_name: peft" in card
    assert "10 facts of 10 in the dataset, each shown 4 to 5 times" in card
    assert "| test split | 10 |" in card
    assert "PeftModel.from_pretrained" in card


def test_lora_on_the_top_layer_leaves_the_lower_ones_alone(world: Path, options: TrainOptions, tmp_path: Path) -> None:
    record = train(world, tmp_path / "runs", replace(options, layers="top:1", targets=("q_proj", "v_proj"), rank=2))
    config = json.loads((record.adapter / "adapter_config.json").read_text())
    assert config["layers_to_transform"] == [1]
    assert config["target_modules"] == ["q_proj", "v_proj"]
    assert config["r"] == 2
