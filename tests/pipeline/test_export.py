"""Exports: every layout keeps the way back to the ontology, streams the shards, and never harms what stood there."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from lithograph.cli import main
from lithograph.pipeline.export import (
    KEPT,
    LAYOUTS,
    BrokenShard,
    NoShards,
    NotWritten,
    UnknownLayout,
    UnknownSplit,
    export_dataset,
)
from lithograph.render.corpus import SCHEMA

QUESTION = [("user", "What is a pump?"), ("assistant", "A machine.")]
DIALOGUE = [("user", "Do you know «насос»?"), ("assistant", "I do."), ("user", "Tell me."), ("assistant", "A machine.")]
TOLD = [("system", "Be brief."), ("user", "What is a pump?"), ("assistant", "A machine.")]


def row(number: int, split: str, turns: list[tuple[str, str]]) -> dict[str, object]:
    empty: dict[str, object] = dict.fromkeys(SCHEMA.names)
    return empty | {
        "id": f"urn:litho:example:{number:064x}", "split": split, "scene": "https://w3id.org/lithograph/ns#IsA",
        "axioms": [f"urn:litho:axiom:{number:064x}"], "nodes": ["https://example.org/#Pump", "https://example.org/#M"],
        "messages": [{"role": role, "content": content} for role, content in turns],
    }  # fmt: skip


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two shards of train and one of test, as a build leaves them."""
    folder = tmp_path / "datasets" / "pumps"
    (folder / "data").mkdir(parents=True)
    shards = {
        "train-00000-of-00002": [row(1, "train", QUESTION), row(2, "train", DIALOGUE)],
        "train-00001-of-00002": [row(3, "train", TOLD)],
        "test-00000-of-00001": [row(4, "test", QUESTION)],
    }
    for name, rows in shards.items():
        pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), folder / "data" / f"{name}.parquet")
    return folder


def records(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_ids_axioms_and_nodes_survive_every_layout(dataset: Path, layout: str) -> None:
    out = dataset.parent / "out.jsonl"
    export_dataset(dataset, layout, out)
    written = records(out.read_text(encoding="utf-8"))
    shards = sorted((dataset / "data").glob("train-*")) + sorted((dataset / "data").glob("test-*"))
    pressed = [example for shard in shards for example in pq.read_table(shard).to_pylist()]
    assert [{key: record[key] for key in KEPT} for record in written] == [
        {key: example[key] for key in KEPT} for example in pressed
    ]


def test_messages_are_the_datasets_own(dataset: Path) -> None:
    stream = io.StringIO()
    export_dataset(dataset, "messages", stream, ["train"])
    said = [[(turn["role"], turn["content"]) for turn in record["messages"]] for record in records(stream.getvalue())]  # type: ignore[attr-defined]
    assert said == [QUESTION, DIALOGUE, TOLD]


def test_alpaca_keeps_the_turns_before_the_last_as_history(dataset: Path) -> None:
    stream = io.StringIO()
    export_dataset(dataset, "alpaca", stream, ["train"])
    question, dialogue, told = records(stream.getvalue())
    assert (question["instruction"], question["input"], question["output"]) == ("What is a pump?", "", "A machine.")
    assert "history" not in question and "system" not in question
    assert (dialogue["instruction"], dialogue["output"]) == ("Tell me.", "A machine.")
    assert dialogue["history"] == [["Do you know «насос»?", "I do."]]
    assert (told["system"], told["instruction"]) == ("Be brief.", "What is a pump?")


def test_sharegpt_names_the_speakers_human_and_gpt(dataset: Path) -> None:
    stream = io.StringIO()
    export_dataset(dataset, "sharegpt", stream, ["train"])
    told = records(stream.getvalue())[2]["conversations"]
    assert [turn["from"] for turn in told] == ["system", "human", "gpt"]  # type: ignore[attr-defined]


def test_splits_are_written_in_the_order_asked_for_and_counted(dataset: Path) -> None:
    stream = io.StringIO()
    done = export_dataset(dataset, "messages", stream, ["test", "train"])
    assert done.rows == {"test": 1, "train": 3}
    assert [record["split"] for record in records(stream.getvalue())] == ["test", "train", "train", "train"]


def test_the_same_dataset_gives_the_same_bytes(dataset: Path) -> None:
    first, second = dataset.parent / "a.jsonl", dataset.parent / "b.jsonl"
    export_dataset(dataset, "alpaca", first)
    export_dataset(dataset, "alpaca", second)
    assert first.read_bytes() == second.read_bytes()


def test_a_mistake_leaves_what_stood_there(dataset: Path) -> None:
    out = dataset.parent / "out.jsonl"
    out.write_text("stood here\n")
    (dataset / "data" / "train-00001-of-00002.parquet").write_bytes(b"no parquet")
    with pytest.raises(BrokenShard, match=r"train-00001-of-00002.parquet: the shard cannot be read"):
        export_dataset(dataset, "messages", out)
    assert out.read_text() == "stood here\n"
    assert sorted(path.name for path in dataset.parent.iterdir()) == ["out.jsonl", "pumps"]


def test_a_user_is_told_what_to_give_instead(dataset: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownLayout, match=r"'csv' is no layout. Give one of: messages, alpaca, sharegpt"):
        export_dataset(dataset, "csv", tmp_path / "x")
    with pytest.raises(UnknownSplit, match=r"'dev' is no split. Give one of: train, valid, test"):
        export_dataset(dataset, "messages", tmp_path / "x", ["dev"])
    with pytest.raises(NoShards, match=r"there is no shard of valid. Press it with: lithograph dataset"):
        export_dataset(dataset, "messages", tmp_path / "x", ["valid"])
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritten, match=r"what stood there before still stands"):
        export_dataset(dataset, "messages", tmp_path / "file" / "x.jsonl")


def test_the_command_writes_beside_the_dataset_and_ends_in_one_line(dataset: Path) -> None:
    root = dataset.parents[1]
    done = CliRunner().invoke(main, ["export", "sharegpt", "--dataset", "pumps", "--project", str(root)])
    assert done.exit_code == 0, done.output
    assert done.output.endswith("pumps.sharegpt.jsonl: 4 examples (train 3, valid 0, test 1)\n")
    assert len((root / "datasets" / "pumps.sharegpt.jsonl").read_text(encoding="utf-8").splitlines()) == 4


def test_the_output_stream_holds_records_only(dataset: Path) -> None:
    arguments = ["export", "messages", "--dataset", str(dataset), "--split", "test", "--out", "-"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert len(records(done.stdout)) == 1
    assert done.stderr == "output: 1 examples (test 1)\n"
