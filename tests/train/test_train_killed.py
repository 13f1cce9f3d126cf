"""Killed anywhere, started again: a run ends with the bytes of one that nothing disturbed, a fresh one or an update."""

from __future__ import annotations

import io
import json
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import torch
from killed_runs import Kill, press_of_children
from safetensors.torch import load_file
from tiny_project import record_pressed

Train = Callable[..., dict[str, Any]]
KINDS = ("file", "file", "part", "time")
"""What a kill is aimed at, in turn: most at the edges of files, where a slip would show."""


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A project before a run, the files that the run left when nothing disturbed it, and its events by kind."""

    before: Path
    update: str | None
    files: dict[str, bytes]
    events: dict[str, Any]


@pytest.fixture(scope="module")
def train() -> Iterator[Train]:
    with press_of_children() as children:
        yield children


@pytest.fixture(scope="module")
def runs(train: Train, tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, make_dataset: Any, make_row: Any
         ) -> tuple[Undisturbed, Undisturbed]:  # fmt: skip
    """A fresh run, and after an edit the update of its adapter."""
    folder = tmp_path_factory.mktemp("killed")
    root = folder / "project"
    options = (f'train_model = "{tiny_model}"', "train_steps = 6", "train_exposures = 2", "train_batch = 2",
               "train_threads = 1", "train_own_answers = 0", 'dataset = "tiny"')  # fmt: skip
    root.mkdir()
    (root / "lithograph.toml").write_text("\n".join(options) + "\n")
    found = []
    for update, facts in ((None, range(6)), ("latest", range(2, 9))):
        rows = {split: [make_row(fact, wording, split=split) for fact in facts for wording in wordings]
                for split, wordings in (("train", (0, 1)), ("test", (2,)))}  # fmt: skip
        make_dataset(root / "datasets" / "tiny", rows)
        record_pressed(root, "tiny")
        before = folder / f"before {update}"
        shutil.copytree(root, before)
        events = train(root, update)
        assert events["code"] == 0
        found.append(Undisturbed(before, update, left(root), events))
    return found[0], found[1]


def left(root: Path) -> dict[str, bytes]:
    """Every file of the runs and of the ledger's columns, but for locks, and for what holds the hash of a checkpoint's
    `state.pt`: two pickles of the same state differ."""
    hashed = ("checkpoints", "manifests")
    files = [file for part in ("runs", "ledger/columns") for file in sorted((root / part).rglob("*"))
             if part == "runs" or file.parent.name not in hashed]  # fmt: skip
    return {str(file.relative_to(root)): file.read_bytes() for file in files if file.is_file() and file.name != ".lock"}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """The files whose bytes differ. An optimizer's state counts by what it holds, not how it is pickled."""
    names = [name for name in one if one[name] != other[name]]
    return [name for name in names if not (name.endswith("state.pt") and held(one[name]) == held(other[name]))]


def held(state: bytes) -> object:
    """What a checkpoint's state.pt holds, tensors as lists."""

    def plain(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return (str(value.dtype), value.tolist())
        if isinstance(value, dict):
            return {key: plain(one) for key, one in value.items()}
        return [plain(one) for one in value] if isinstance(value, list | tuple) else value

    whole = torch.load(io.BytesIO(state), weights_only=True)
    del whole["random"]["python"]  # begins differently in every process, and nothing that is learned draws from it
    return plain(whole)


def assert_nothing_is_broken(root: Path) -> None:
    """What stands under its own name is whole."""
    for checkpoint in (root / "runs").glob("*/checkpoints/step-*"):
        assert load_file(checkpoint / "adapter_model.safetensors")
        assert torch.load(checkpoint / "state.pt", weights_only=True)["optimizer"]["state"]
        assert pq.read_table(checkpoint / "pending.parquet").num_rows >= 0
        assert json.loads((checkpoint / "position.json").read_text())["step"] == int(checkpoint.name[-6:])
    for adapter in (root / "runs").glob("*/adapter"):
        assert load_file(adapter / "adapter_model.safetensors")
        assert (adapter / "README.md").read_text().rstrip().endswith("it was taught.")
    for record in (root / "runs").glob("*/*.json"):
        if not record.name.startswith("."):
            assert json.loads(record.read_text())
    tables = [*(root / "ledger" / "columns").rglob("*.parquet"), *(root / "runs").glob("*/steps/part-*.parquet")]
    assert all(pq.read_table(table).num_columns for table in tables)


def aimed(run: Undisturbed, number: int) -> Kill:
    """The kill of this number: its kind in turn, its place drawn from all there were in the undisturbed run."""
    kind = KINDS[number // 2 % len(KINDS)]
    draw = random.Random(f"kill {number}")
    return (kind, draw.uniform(0, run.events["time"])) if kind == "time" else (kind, draw.randint(1, run.events[kind]))


def killed_and_ended(number: int, runs: tuple[Undisturbed, Undisturbed], train: Train, root: Path) -> bool:
    """Kill a run, start it again, compare; whether the kill came before the end."""
    run = runs[number % 2]
    shutil.copytree(run.before, root)
    kill = aimed(run, number)
    first = train(root, run.update, kill)
    assert first["killed"] or (kill is not None and kill[0] == "time" and first["code"] == 0), first
    assert_nothing_is_broken(root)
    again = train(root, run.update)
    assert again["code"] == 0
    after = left(root)
    assert after.keys() == run.files.keys()
    assert differing(after, run.files) == []
    shutil.rmtree(root)
    return bool(first["killed"])


def test_what_a_run_leaves_is_complete(runs: tuple[Undisturbed, Undisturbed]) -> None:
    for run, rows in zip(runs, (1, 2), strict=True):
        names = [Path(name) for name in run.files]
        assert sum(name.parts[:3] == ("ledger", "columns", "runs") for name in names) == rows
        assert sum(name.name == "adapter_model.safetensors" and name.parts[2] == "adapter" for name in names) == rows
        assert sum("checkpoints" in name.parts and name.name == "state.pt" for name in names) == 2 * rows
        assert run.events["file"] > 50
        assert run.events["part"] > 30
    update = json.loads(next(data for name, data in runs[1].files.items()
                             if name.endswith("run.json") and name not in runs[0].files))  # fmt: skip
    assert len(update["update"]["retracted"]) > 0
    assert update["update"]["replayed"] > 0


def test_runs_killed_at_ten_random_points_end_as_if_undisturbed(
    runs: tuple[Undisturbed, Undisturbed], train: Train, tmp_path: Path
) -> None:
    died = sum(killed_and_ended(number, runs, train, tmp_path / str(number)) for number in range(10))
    assert died >= 8


@pytest.mark.slow
def test_runs_killed_at_a_hundred_random_points_end_as_if_undisturbed(
    runs: tuple[Undisturbed, Undisturbed], train: Train, tmp_path: Path
) -> None:
    died = sum(killed_and_ended(number, runs, train, tmp_path / str(number)) for number in range(10, 110))
    assert died >= 90


def test_a_run_killed_again_and_again_ends_as_if_undisturbed(
    runs: tuple[Undisturbed, Undisturbed], train: Train, tmp_path: Path
) -> None:
    run, root = runs[1], tmp_path / "project"
    shutil.copytree(run.before, root)
    draw = random.Random("again and again")
    ends = [train(root, run.update, ("file", draw.randint(10, 60))) for _ in range(6)]
    assert sum(end["killed"] for end in ends) >= 3
    assert train(root, run.update)["code"] == 0
    after = left(root)
    assert after.keys() == run.files.keys()
    assert differing(after, run.files) == []
