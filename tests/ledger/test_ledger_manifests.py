"""One stroke: whatever is recorded is there whole or not at all, also where it is recorded again."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from lithograph.core.identity import urn
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import column_files, read_all, read_columns, rows_of
from lithograph.ledger.errors import BrokenSeal, MisfitTable, NotRecorded, UnreadableColumns
from lithograph.ledger.evaluations import record_attributions, record_evaluation, record_export
from lithograph.ledger.format import FORMAT, format_of, sealed, unmanifested, unsealed
from lithograph.ledger.manifests import block_hashes, manifest_keys, manifest_of, manifest_path, recording
from lithograph.ledger.record import key_of
from lithograph.ledger.verify import Checked, Places, settle, wrong_bytes
from lithograph.ledger.view import rebuild_view


def _state(ledger: Path) -> dict[str, bytes]:
    return {p.relative_to(ledger).as_posix(): p.read_bytes() for p in (ledger / "columns").rglob("*.*")}


def _wrong(ledger: Path) -> list[str]:
    """What is wrong within the ledger; its files outside were never there."""
    root = ledger.parent
    found = wrong_bytes(Places(ledger, root, root / "datasets", root / "runs"), Checked())
    return [str(f) for f in found if f.file.is_relative_to(ledger)]


class Killed(BaseException):
    """As if the process had died: nothing that cleans up is told."""


def _dying(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """The process dies at the move into place number `after`, counted from 0."""
    moves, replace = iter(range(1000)), Path.replace

    def moved(self: Path, target: Path) -> Path:
        if "columns" in self.parts and next(moves) == after:
            raise Killed
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", moved)


@pytest.mark.parametrize("after", range(11))
def test_a_build_that_dies_while_it_is_put_in_place_is_finished_by_the_next_writer(
    after: int, tmp_path: Path, world: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Move 0 is the manifest's; then come nine tables, the own row last, and the manifest under its own name."""
    whole = Ledger(tmp_path / "whole" / "ledger")
    whole.record_build(world.build(1), world.tables(1))
    ledger = Ledger(tmp_path / "ledger")
    with monkeypatch.context() as patched, pytest.raises(Killed):
        _dying(patched, after)
        ledger.record_build(world.build(1), world.tables(1))
    there = bool(column_files(ledger.path, "builds"))
    assert there == (after == 10)
    settle(ledger.path)
    if after == 0:
        assert column_files(ledger.path, "builds") == []
        assert [p.name for p in (ledger.path / "columns").rglob("*.parquet*")] == []
    else:
        assert _state(ledger.path) == _state(whole.path)
    ledger.record_build(world.build(1), world.tables(1))
    assert _state(ledger.path) == _state(whole.path)
    assert _wrong(ledger.path) == []


@pytest.mark.parametrize("after", range(6))
def test_a_run_recorded_again_is_the_old_one_or_the_new_one(
    after: int, tmp_path: Path, world: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(tmp_path / "ledger")
    run_dir = world.write_run(tmp_path)
    weights = run_dir / "adapter" / "adapter_model.safetensors"
    first = ledger.record_run(run_dir)
    old = _state(ledger.path)
    weights.write_bytes(b"better weights")
    with monkeypatch.context() as patched, pytest.raises(Killed):
        _dying(patched, after)
        ledger.record_run(run_dir)
    settle(ledger.path)
    assert (_state(ledger.path) == old) == (after == 0)
    assert _wrong(ledger.path) == []
    adapter = urn("adapter", b"weights" if after == 0 else b"better weights")
    assert read_columns(ledger.path, "runs", key_of(first))["adapter"].to_pylist() == [adapter]


def test_what_a_dead_process_wrote_aside_is_never_put_in_place(fresh: Ledger, world: ModuleType) -> None:
    key = key_of(world.build(1).id)
    stale = fresh.path / "columns" / "nodes" / f"{key}.parquet.part"
    stale.write_bytes(b"half a file")
    before = _state(fresh.path)
    fresh.record_build(world.build(1), world.tables(1))
    assert not stale.exists()
    assert _state(fresh.path) == {name: data for name, data in before.items() if not name.endswith(".part")}


def test_a_table_that_does_not_fit_changes_nothing(fresh: Ledger, world: ModuleType) -> None:
    before = _state(fresh.path)
    with pytest.raises(MisfitTable), recording(fresh.path, key_of(world.build(1).id)) as begun:
        begun.write("nodes", world.tables(2)["nodes"].slice(0, 1))
        begun.write("scenes", pa.table({"iri": ["x"]}))
    assert _state(fresh.path) == before


def _as_before(ledger: Path, number: int) -> None:
    """Write a ledger as older programs did: ids as text, every name where it is meant; in form 1 without manifests."""
    for name in ("axioms", "instances", "examples", "steps"):
        for path in column_files(ledger, name):
            table = read_columns(ledger, name, path.stem)
            if name == "examples":
                table = table.set_column(1, "content_hash", pc.binary_join_element_wise(
                    "sha256:", pc.utf8_slice_codeunits(table["content_hash"], 11), "0" * 32, ""))  # fmt: skip
            pq.write_table(table, path.with_suffix(".older"))
    for path in (ledger / "columns").rglob("*.older"):
        path.replace(path.with_suffix(".parquet"))
    shutil.rmtree(ledger / "columns" / "unprinted")
    (ledger / "format.json").unlink()
    if number == 1:
        shutil.rmtree(ledger / "columns" / "manifests")
        return
    (ledger / "format.json").write_bytes(sealed({"format": number, "unmanifested": []}))
    for key in manifest_keys(ledger):
        path = manifest_path(ledger, key)
        value = unsealed(path)
        value["tables"].pop("unprinted", None)
        for name in value["tables"]:
            size, blocks = block_hashes(ledger / "columns" / name / f"{key}.parquet")
            value["tables"][name] = {"blocks": blocks, "bytes": size}
        path.write_bytes(sealed(value))


@pytest.mark.parametrize("number", [1, 2])
def test_a_ledger_of_an_older_form_is_read_as_it_is_and_becomes_todays_when_written_to(
    number: int, tmp_path: Path, plant: Ledger, world: ModuleType
) -> None:
    ledger = Ledger(Path(shutil.copytree(plant.path, tmp_path / "ledger")))
    told = {name: read_all(ledger.path, name) for name in ("axioms", "instances", "examples", "steps")}
    questions = [("blast-radius", {"axiom": "pump some valve"}), ("node-loss", {"least": 1}), ("leakage-text", {}),
                 ("exposures", {"node": "Pump"}), ("licences", {})]  # fmt: skip
    answers = [plant.query(name, **params) for name, params in questions]
    _as_before(ledger.path, number)
    assert format_of(ledger.path) == number
    for name, table in told.items():
        assert read_all(ledger.path, name).to_pylist() == table.to_pylist()
    assert [ledger.query(name, **params) for name, params in questions] == answers
    assert format_of(ledger.path) == number
    assert _wrong(ledger.path) == []
    ledger.record_build(world.renamed(world.build(1), "again"), world.tables(1))
    assert format_of(ledger.path) == FORMAT
    assert unmanifested(ledger.path) == set()
    assert _wrong(ledger.path) == []
    for path in column_files(plant.path, "steps"):
        assert path.read_bytes() == (ledger.path / "columns" / "steps" / path.name).read_bytes()
    assert [ledger.query(name, **params) for name, params in questions[1:2]] == answers[1:2]
    for name, table in told.items():
        keys = {path.stem for path in column_files(plant.path, name)}
        assert [
            row for key in sorted(keys) for row in read_columns(ledger.path, name, key).to_pylist()
        ] == table.to_pylist()


def test_a_rebuild_brings_an_older_ledger_to_todays_form(tmp_path: Path, plant: Ledger) -> None:
    ledger = Ledger(Path(shutil.copytree(plant.path, tmp_path / "ledger")))
    _as_before(ledger.path, 2)
    rebuild_view(ledger.path)
    assert format_of(ledger.path) == FORMAT
    assert _wrong(ledger.path) == []
    assert {name: data for name, data in _state(ledger.path).items() if "manifests" not in name} == {
        name: data for name, data in _state(plant.path).items() if "manifests" not in name
    }


def test_a_damaged_manifest_does_not_keep_a_build_from_being_recorded_again(fresh: Ledger, world: ModuleType) -> None:
    path = manifest_path(fresh.path, key_of(world.build(1).id))
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    assert len(_wrong(fresh.path)) == 1
    fresh.record_build(world.build(1), world.tables(1))
    assert path.read_bytes() == whole


def test_a_broken_seal_is_told_where_it_is_read(fresh: Ledger) -> None:
    path = fresh.path / "format.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(BrokenSeal, match=r"format\.json: this file of the ledger is damaged"):
        fresh.names() and fresh.query("held-out")


def test_an_evaluation_is_its_model_its_questions_and_how_they_were_put(world: ModuleType) -> None:
    one, other = (world.evaluation("first", urn("adapter", name)) for name in ("a", "b"))
    assert one.id != other.id
    assert one.id == world.evaluation("first", urn("adapter", "a")).id
    assert one.id.startswith("urn:litho:evaluation:")


def test_answers_weights_and_exports_are_read_as_they_were_recorded(judged: Ledger, world: ModuleType) -> None:
    evaluations = {r["slug"]: r for r in rows_of(read_all(judged.path, "evaluations"))}
    assert {slug: (r["items"], r["measures"]) for slug, r in evaluations.items()} == {
        "first on probes": (4, [{"name": "accuracy", "value": 0.5}]),
        "second on probes": (4, [{"name": "accuracy", "value": 0.25}]),
    }
    key = key_of(evaluations["second on probes"]["id"])
    assert read_columns(judged.path, "attributions", key).num_rows == len(world.WEIGHED)
    assert sorted(manifest_of(judged.path, key)["tables"]) == ["attributions", "evaluations", "probes", "times"]
    assert sorted(r["format"] for r in rows_of(read_all(judged.path, "exports"))) == ["croissant", "ro-crate"]
    steps = [(r["step"], r["file"]) for r in rows_of(read_all(judged.path, "checkpoints"))]
    assert sorted(steps, key=str) == [
        (4, "checkpoints/step-000004/state.pt"),
        (None, "adapter/adapter_model.safetensors"),
        (None, "adapter/adapter_model.safetensors"),
    ]


def test_attributions_replace_those_before_and_leave_the_answers(fresh: Ledger, world: ModuleType) -> None:
    with pytest.raises(NotRecorded, match="the ledger knows no such thing"):
        record_attributions(fresh.path, urn("evaluation", "none"), world.attributions())
    record = world.evaluation("second", world.adapter(b"other weights"))
    urn_of_it = record_evaluation(fresh.path, record, world.probes("second"))
    for rows in (world.attributions(), world.attributions().slice(0, 1)):
        record_attributions(fresh.path, urn_of_it, rows)
        assert read_all(fresh.path, "attributions").num_rows == rows.num_rows
    assert read_all(fresh.path, "probes").num_rows == 4
    assert _wrong(fresh.path) == []


def test_an_export_of_a_file_that_is_not_there_is_refused(fresh: Ledger, tmp_path: Path, world: ModuleType) -> None:
    with pytest.raises(UnreadableColumns, match="nowhere"):
        record_export(fresh.path, "croissant", world.build(1).dataset, [tmp_path / "nowhere"], tmp_path)
    assert read_all(fresh.path, "exports").num_rows == 0
