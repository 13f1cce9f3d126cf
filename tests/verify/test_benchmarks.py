"""Benchmarks as probes: how many there are of each, that keys are right; their texts are found in a dataset."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lithograph.config import load_config
from lithograph.pipeline.contamination import check_contamination
from lithograph.probes.table import PROBES
from lithograph.verify.benchmarks.rows import NoBenchmark
from lithograph.verify.contamination import contaminated, held_out_texts
from lithograph.verify.external import external_probes

COUNTS = {
    "bbh-disambiguation-qa": 250, "bbh-snarks": 176, "bbh-temporal-sequences": 250, "bbh-web-of-lies": 250,
    "e-care": 2122, "fig-qa": 1094, "google-analogy": 19543, "prontoqa": 800, "proofwriter": 600, "story-analogy": 360,
    "xcopa-it": 100, "xcopa-tr": 100, "xcopa-zh": 100,
}  # fmt: skip
"""Google's set says one of its 19,544 quadruples twice; two of the 178 questions of snarks are damaged."""


@pytest.fixture(scope="module")
def every(shared_data: Path) -> pa.Table:
    return external_probes(shared_data / "benchmarks")


@pytest.mark.data
def test_every_question_is_read(every: pa.Table) -> None:
    assert every.schema == PROBES
    assert Counter(every["kind"].to_pylist()) == COUNTS


@pytest.mark.data
def test_every_question_can_be_answered_by_one_of_its_own_options(every: pa.Table) -> None:
    for row in every.to_pylist():
        assert 2 <= len(row["options"]) == len(set(row["options"])) and all(row["options"]), row
        assert 0 <= row["answer"] < len(row["options"])
        assert row["question"].strip() and row["probe_split"] is None


@pytest.mark.data
def test_keys_are_those_of_the_files(every: pa.Table) -> None:
    """A few by hand, and the balance that the files' makers state."""
    key = {row["question"]: row["options"][row["answer"]] for row in every.to_pylist()}
    assert key["writing is to wrote as hitting is to what?"] == "hit"
    assert key["Athens is to Greece as Paris is to what?"] == "France"
    assert key["“The girl had the flightiness of a sparrow” What does this mean?"] == "The girl was very fickle."
    assert key["“The girl had the flightiness of a rock” What does this mean?"] == "The girl was very stable."
    assert key["He got some rum. What was the cause of this?"].startswith("The worker")
    truths = Counter(row["truth"] for row in every.to_pylist() if row["kind"] == "proofwriter")
    assert truths == {"entailed": 200, "refuted": 200, "unknown": 200}


@pytest.mark.data
def test_a_smaller_choice_is_a_part_of_a_larger_one(shared_data: Path, every: pa.Table) -> None:
    few = external_probes(shared_data / "benchmarks", 10)
    assert set(Counter(few["kind"].to_pylist()).values()) == {10}
    assert set(few["id"].to_pylist()) <= set(external_probes(shared_data / "benchmarks", 40)["id"].to_pylist())
    assert few != external_probes(shared_data / "benchmarks", 10, seed=1)


def test_where_there_are_no_benchmarks_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoBenchmark, match="there are no benchmarks here"):
        external_probes(tmp_path / "none")
    (tmp_path / "logic").mkdir()
    (tmp_path / "logic" / "prontoqa-logiclm-dev.json").write_text("not json")
    with pytest.raises(NoBenchmark, match="is not JSON"):
        external_probes(tmp_path)


def examples(*completions: str) -> pa.Table:
    rows = [{"id": f"e{n}", "prompt": "Say it.", "completion": text} for n, text in enumerate(completions)]
    return pa.Table.from_pylist(rows)


TEXT = "Every tumpus is a wumpus, and no wumpus is ever as small as the least of all the yumpuses."


def test_a_held_out_text_in_an_example_is_found_whatever_its_case_and_commas() -> None:
    held = held_out_texts([("prontoqa", "q1", TEXT)])
    hidden = "They say: every TUMPUS is a wumpus - and no wumpus is ever as small as the least; so much for that."
    (found,) = contaminated(held, examples("Nothing of the kind.", hidden))
    assert (found.example, found.kind, found.text) == ("e1", "prontoqa", "q1")
    assert found.words.startswith("every tumpus is a wumpus")


def test_a_short_text_is_found_only_as_a_whole_and_everyday_phrases_never() -> None:
    held = held_out_texts(
        [("fig-qa", "q", "The girl was very fickle on that day."), ("fig-qa", "r", "It was very good.")]
    )
    assert not contaminated(held, examples("It was very good.", "The girl was very fickle on that night."))
    assert len(contaminated(held, examples("Then the girl was very fickle on that day indeed."))) == 1


@pytest.mark.data
def test_check_names_the_example_that_holds_a_benchmarks_text(
    trained: Path, tmp_path: Path, shared_data: Path, every: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITHOGRAPH_DATA", str(shared_data))
    root = tmp_path / "project"
    shutil.copytree(trained, root)
    assert check_contamination(load_config(root)) == []
    shard = next((root / "datasets" / "tiny" / "data").glob("train-*.parquet"))
    table = pq.read_table(shard)
    question = next(row["question"] for row in every.to_pylist() if row["kind"] == "proofwriter")
    said = pa.array([question, *table["completion"].to_pylist()[1:]])
    pq.write_table(table.set_column(table.schema.get_field_index("completion"), "completion", said), shard)
    (found,) = check_contamination(load_config(root))
    assert found.place == table["id"][0].as_py() and "proofwriter" in found.problem
