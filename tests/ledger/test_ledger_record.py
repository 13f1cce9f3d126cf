"""Builds and runs on record: whole, repeatable, and never two generations of one entity."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pytest

from lithograph.core.identity import urn
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import column_files, read_all, rows_of
from lithograph.ledger.errors import MisfitTable, NotARun
from lithograph.ledger.record import builds, identified, recorded
from lithograph.ledger.schemas import BUILD_TABLES


def _files(ledger: Ledger) -> dict[str, bytes]:
    return {p.relative_to(ledger.path).as_posix(): p.read_bytes() for p in ledger.path.rglob("*.parquet")}


def test_every_table_of_a_build_has_a_file(fresh: Ledger, world: ModuleType) -> None:
    assert all(len(column_files(fresh.path, name)) == 1 for name in (*BUILD_TABLES, "builds", "times"))
    assert recorded(fresh.path, world.build(1).id)
    assert not recorded(fresh.path, world.build(2).id)


def test_a_build_recorded_twice_is_there_once(fresh: Ledger, world: ModuleType) -> None:
    before = _files(fresh)
    fresh.record_build(world.build(1), world.tables(1))
    assert _files(fresh) == before


def test_a_table_that_no_build_has_is_refused(fresh: Ledger, world: ModuleType) -> None:
    with pytest.raises(MisfitTable, match="a build has no such table"):
        fresh.record_build(world.build(1), {"thoughts": pa.table({"a": [1]})})


def test_the_order_of_builds_is_the_order_of_recording(plant: Ledger) -> None:
    assert [b["slug"] for b in builds(plant.path)] == ["plant-1", "plant-2"]


def test_a_later_version_revises_the_one_before(fresh: Ledger, world: ModuleType) -> None:
    record = world.build(2)
    unnamed = replace(record, ontology=replace(record.ontology, previous=None))
    fresh.record_build(unnamed, world.tables(2))
    asked = fresh.query("SELECT ?old WHERE { ?new prov:wasRevisionOf ?old }")
    assert asked.rows == ((world.build(1).ontology.id,),)


def test_going_back_to_an_old_version_closes_no_circle(fresh: Ledger, world: ModuleType) -> None:
    second = world.build(2)
    fresh.record_build(replace(second, ontology=replace(second.ontology, previous=None)), world.tables(2))
    fresh.record_build(world.renamed(world.build(1), "again"), world.tables(1))
    assert fresh.query("SELECT ?a ?b WHERE { ?a prov:wasRevisionOf ?b }").rows == (
        (second.ontology.id, world.build(1).ontology.id),
    )


def test_a_dataset_is_generated_by_the_first_build_only(fresh: Ledger, world: ModuleType) -> None:
    fresh.record_build(world.renamed(world.build(1), "again"), world.tables(1))
    generated = fresh.query(f"SELECT ?by WHERE {{ <{world.build(1).dataset}> prov:wasGeneratedBy ?by }}")
    reproduced = fresh.query(f"SELECT ?by WHERE {{ ?by litho:reproduced <{world.build(1).dataset}> }}")
    assert generated.rows == ((world.build(1).id,),)
    assert reproduced.rows == ((urn("build", "again"),),)


def test_the_id_of_a_build_is_its_content(world: ModuleType) -> None:
    record = world.build(1)
    assert identified(record).id == identified(replace(record, id="other", slug="other")).id
    assert identified(record).id != identified(replace(record, recipe={"languages": ["ru"]})).id


def test_a_run_says_what_it_was(plant: Ledger, world: ModuleType) -> None:
    run = rows_of(read_all(plant.path, "runs"))[0]
    assert (run["slug"], run["status"], run["seed"]) == ("first", "finished", 7)
    assert (run["loss_before"], run["loss_after"]) == (2.5, 0.75)
    assert run["model"] == f"urn:litho:model:{'3' * 64}"
    assert run["splits"] == [{"role": "train", "id": world.build(1).splits["train"].id, "rows": 6}]


def test_a_run_that_names_its_build_is_led_to_the_dataset(fresh: Ledger, tmp_path: Path, world: ModuleType) -> None:
    fresh.record_run(world.write_run(tmp_path, "second", dataset=world.build(1).id))
    assert read_all(fresh.path, "runs")["dataset"].to_pylist() == [world.build(1).dataset]


def test_steps_stay_in_order_over_their_parts(plant: Ledger) -> None:
    steps = read_all(plant.path, "steps")
    assert steps["step"].to_pylist() == [1, 1, 2, 2, 3, 3, 4, 4]
    assert steps.schema.field("example").type == pa.dictionary(pa.int32(), pa.string())


def test_an_unfinished_run_has_no_adapter_and_can_be_recorded_again(
    fresh: Ledger, tmp_path: Path, world: ModuleType
) -> None:
    run_dir = world.write_run(tmp_path)
    weights = run_dir / "adapter" / "adapter_model.safetensors"
    weights.unlink()
    first = fresh.record_run(run_dir)
    assert read_all(fresh.path, "runs")["adapter"].to_pylist() == [None]
    assert len(fresh.query("SELECT ?a WHERE { ?a a litho:Adapter }")) == 0
    weights.write_bytes(b"weights")
    assert fresh.record_run(run_dir) == first
    assert len(fresh.query("SELECT ?a WHERE { ?a a litho:Adapter }")) == 1


def test_a_folder_without_a_run_is_refused(fresh: Ledger, tmp_path: Path) -> None:
    with pytest.raises(NotARun, match=r"run\.json: this is not a training run \(there is no run\.json\)"):
        fresh.record_run(tmp_path)
    (tmp_path / "run.json").write_text(json.dumps({"slug": "x"}), encoding="utf-8")
    with pytest.raises(NotARun, match="it names no id"):
        fresh.record_run(tmp_path)
