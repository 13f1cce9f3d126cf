"""Stories: from a sentence down to the axioms, from an axiom or an entity up to the adapters."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lithograph.core.errors import LithographError
from lithograph.ledger.ask import Ledger
from lithograph.ledger.trace import Story, render, trace


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory, world: ModuleType) -> Path:
    """The dataset's train shard as training and readers find it."""
    folder = tmp_path_factory.mktemp("datasets")
    (folder / "plant" / "data").mkdir(parents=True)
    rows = [
        {"id": world.example(e), "prompt": "Say a fact.", "completion": text,
         "messages": [{"role": "user", "content": "Say a fact."}, {"role": "assistant", "content": text}],
         "thought": "The file says so." if e == "E1" else None,
         "decisions": [{"move": "re-register", "reason": "no technical template"}] if e == "E1" else []}
        for e, (_, split, text) in world.EXAMPLES.items() if split == "train"
    ]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), folder / "plant" / "data" / "train-0.parquet")
    return folder


def _told(ledger: Ledger, what: str, datasets: Path) -> str:
    return render(trace(ledger, what, datasets=datasets, runs=datasets.parent / "runs"))


def test_an_example_is_led_back_to_its_axioms_and_forth_to_its_adapter(
    plant: Ledger, datasets: Path, world: ModuleType
) -> None:
    hashes = [world.example("E1"), world.axiom("A1")]
    told = _told(plant, world.example("E1"), datasets)
    assert (
        told
        == f"""\
example:{hashes[0][18:30]}, train of plant
│   user: Say a fact.
│   assistant: A pump has a valve.
├── template taxonomy/plain.en.j2:7
│       statement, plain, en
│       {{{{ it }}}}
├── scene what it has (taxonomy, atom)
│   │   whole = pump <http://ex.org/Pump>
│   └── axiom pump SubClassOf has part some valve
│           {world.text_of("A1")}
│           in plant.ttl, axiom:{hashes[1][16:28]}
├── asserted: its axioms say so
│       The file says so.
│       re-register: no technical template
├── build plant-2: row 0 of data/train-0.parquet
└── run first: used 2 times, steps 1 to 4
    │   losses step 1: 0.900, step 4: 0.500
    └── adapter:9a129038d9a0"""
    )


def test_the_start_of_a_hash_is_enough(plant: Ledger, datasets: Path, world: ModuleType) -> None:
    whole = world.example("E4")
    assert _told(plant, whole[18:26], datasets) == _told(plant, whole, datasets)


def test_a_missing_shard_is_said(plant: Ledger, tmp_path: Path, world: ModuleType) -> None:
    assert "(its text stands in plant/data/test-0.parquet, not found)" in _told(plant, world.example("E9"), tmp_path)


def test_an_entity_leads_to_axioms_examples_and_adapters(plant: Ledger, datasets: Path) -> None:
    told = _told(plant, "pump", datasets)
    assert "mentioned by 4 axioms" in told
    assert "plant-1: 6 examples (4 train, 1 valid, 1 test)" in told
    assert "assistant: No pump is a valve." in told
    assert "run first: 4 examples used 6 times, steps 1 to 4" in told
    assert _told(plant, "Насос", datasets) == told


def test_an_axiom_says_where_it_stands_and_what_rests_on_it(plant: Ledger, datasets: Path, world: ModuleType) -> None:
    told = _told(plant, world.axiom("A5"), datasets)
    assert told.startswith("axiom pump DisjointWith valve")
    assert "stands in the ontology of plant-1\n" in told
    assert "run first: used 1 time, step 3" in told
    assert "'pump valve' fits 2 axioms" in _told(plant, "pump valve", datasets)


def test_a_run_says_what_was_hardest_and_its_adapter_which_axioms_it_learned(plant: Ledger, datasets: Path) -> None:
    told = _told(plant, "first", datasets)
    assert "finished, 4 steps, 6 examples seen" in told
    assert "test loss 2.500 before, 0.750 after" in told
    assert "last loss 2.000" in told
    adapter = _told(plant, "urn:litho:adapter:9a129038d9a0", datasets)
    assert "tuned from smollm2 (apache-2.0)" in adapter and "├── run first" in adapter
    assert "learned from 5 axioms" in adapter and "3 times: axiom pump SubClassOf has part some valve" in adapter


def test_a_random_example_is_chosen_by_the_chooser(plant: Ledger, datasets: Path, world: ModuleType) -> None:
    story = trace(plant, "random", datasets=datasets, runs=datasets, choose=lambda n: n - 1)
    assert story.title.startswith(f"example:{world.example('E3')[18:30]}")


def test_a_name_of_nobody_is_refused(plant: Ledger, datasets: Path) -> None:
    with pytest.raises(LithographError, match="thing zeppelin: the ledger knows no thing by this name"):
        _told(plant, "zeppelin", datasets)
    with pytest.raises(LithographError, match="example urn:litho:example:0000: the ledger knows no example"):
        _told(plant, "urn:litho:example:0000", datasets)


def test_nothing_can_be_traced_before_a_build(tmp_path: Path) -> None:
    with pytest.raises(LithographError, match="no build is recorded"):
        _told(Ledger(tmp_path), "random", tmp_path)


def test_signs_of_markdown_mean_themselves() -> None:
    assert "\\<http\\://ex.org/a\\_b\\>" in render(Story("t", "<http://ex.org/a_b>"), "md")


def test_a_sentence_is_led_back_by_its_words(plant: Ledger, datasets: Path, world: ModuleType) -> None:
    assert _told(plant, "a pump  has a VALVE.", datasets) == _told(plant, world.example("E1"), datasets)
    assert _told(plant, "tank is a dev", datasets) == _told(plant, world.example("E5"), datasets)


def test_a_sentence_that_several_say_is_told_once_and_counted(plant: Ledger, datasets: Path) -> None:
    assert "that say this" in _told(plant, "Say a fact.", datasets).splitlines()[0]
    with pytest.raises(LithographError, match="answer to this name"):
        _told(plant, "say a fac", datasets)
