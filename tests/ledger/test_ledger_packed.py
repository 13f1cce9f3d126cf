"""How tables lie on disk: an id once, as bytes, everywhere else as the row that it names."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lithograph.core.identity import urn
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import column_files, column_path, fitted, read_columns
from lithograph.ledger.errors import FailedSparql, MisfitTable, NothingCalled, SeveralCalled, UnreadableColumns
from lithograph.ledger.lookup import example_at, examples_called
from lithograph.ledger.packed import STORED, Packer
from lithograph.ledger.record import key_of
from lithograph.ledger.resolve import example_called
from lithograph.ledger.schemas import TABLES


def _key(world: ModuleType) -> str:
    return key_of(world.build(1).id)


@pytest.mark.parametrize("name", ["axioms", "instances", "examples"])
def test_what_is_read_is_what_was_handed_in(name: str, plant: Ledger, world: ModuleType) -> None:
    given = fitted(name, world.tables(1)[name]).to_pylist()
    for row in given if name == "examples" else ():
        row["content_hash"] = f"sha256-128:{row['content_hash'][7:39]}"
    assert read_columns(plant.path, name, _key(world)).to_pylist() == given


def test_a_file_holds_hashes_as_bytes_and_places_as_numbers(plant: Ledger, world: ModuleType) -> None:
    for name in ("axioms", "instances", "examples"):
        assert pq.read_schema(column_path(plant.path, name, _key(world))).equals(STORED[name])
    instances = pq.read_table(column_path(plant.path, "instances", _key(world))).to_pylist()
    axioms = pq.read_table(column_path(plant.path, "axioms", _key(world)))["axiom"].to_pylist()
    mine = next(row for row in instances if row["instance"] == bytes.fromhex(world.instance("I6")[-64:]))
    assert [axioms[place].hex() for place in mine["axioms"]] == [world.axiom(name)[-64:] for name in ("A1", "A3")]


def test_a_run_names_the_rows_of_its_build_and_keeps_what_that_did_not_print(tmp_path: Path, world: ModuleType) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.record_build(world.build(1), world.tables(1))
    folder = world.write_run(tmp_path / "runs")
    first = folder / "steps" / "part-00000.parquet"
    steps = pq.read_table(first)
    own = ["urn:litho:example:elsewhere-1", *steps["example"].to_pylist()[1:]]
    pq.write_table(steps.set_column(1, "example", pa.array(own)), first)
    key = key_of(ledger.record_run(folder))
    stored = pq.read_table(column_path(ledger.path, "steps", key))
    assert stored["build"].to_pylist() == [None, *[_key(world)] * 7]
    assert stored["example"].to_pylist()[0] == 0
    assert read_columns(ledger.path, "unprinted", key)["example"].to_pylist() == [own[0]]
    assert read_columns(ledger.path, "steps", key)["example"].to_pylist()[:4] == own


def test_a_run_on_a_dataset_that_is_not_recorded_keeps_all_names(tmp_path: Path, world: ModuleType) -> None:
    ledger = Ledger(tmp_path / "ledger")
    key = key_of(ledger.record_run(world.write_run(tmp_path / "runs")))
    assert read_columns(ledger.path, "unprinted", key).num_rows == 6
    assert read_columns(ledger.path, "steps", key)["example"].to_pylist() == [
        world.example(e) for _, e, _ in world.STEPS
    ]


@pytest.mark.parametrize(("name", "column", "value", "says"), [
    ("examples", "id", "urn:litho:example:12", "an id is spelled otherwise"),
    ("examples", "id", "urn:litho:example:" + "G" * 64, "an id is spelled otherwise"),
    ("examples", "id", "urn:litho:example:" + "AB" * 32, "an id is spelled otherwise"),
    ("examples", "id", "urn:litho:sampler:" + "ab" * 32, "an id is spelled otherwise"),
    ("examples", "id", None, "an id is missing"),
    ("examples", "instance", urn("instance", "I99"), "it names what is not in instances"),
    ("instances", "axioms", [urn("axiom", "A99")], "it names what is not in axioms"),
])  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_line(
    name: str, column: str, value: object, says: str, world: ModuleType
) -> None:
    tables = world.tables(1)
    packer = Packer(lambda table, key: pa.array([], pa.binary(32)))
    rows = fitted(name, tables[name]).to_pylist()
    rows[1] = rows[1] | {column: value}
    for other in ("axioms", "instances"):
        if other != name:
            packer.packed(other, fitted(other, tables[other]))
    with pytest.raises(MisfitTable, match=says):
        packer.packed(name, fitted(name, pa.Table.from_pylist(rows, TABLES[name])))


def test_an_example_is_found_by_its_hash_and_by_the_start_of_it(plant: Ledger, world: ModuleType) -> None:
    rows = read_columns(plant.path, "examples", _key(world)).to_pylist()
    for place, row in enumerate(rows):
        digits = row["id"].rpartition(":")[2]
        assert example_at(plant.path, _key(world), place) == row
        for start in (digits, digits[:20], digits[:16], digits[:9]):
            assert examples_called(plant.path, _key(world), start) == (1, [row])
    assert examples_called(plant.path, _key(world), "0" * 64) == (0, [])


def test_an_index_that_is_gone_damaged_or_of_other_columns_is_made_again(
    tmp_path: Path, plant: Ledger, world: ModuleType
) -> None:
    ledger = Path(shutil.copytree(plant.path, tmp_path / "ledger"))
    index = ledger / "index" / "examples" / f"{_key(world)}.arrow"
    shutil.rmtree(ledger / "index", ignore_errors=True)
    one = world.example("E5")
    assert example_called(ledger, one)[1]["id"] == one
    whole = index.read_bytes()
    for harm in (lambda: index.unlink(), lambda: index.write_bytes(whole[:100]), lambda: index.write_bytes(b"")):
        harm()
        assert example_called(ledger, one)[1]["id"] == one
        assert index.read_bytes() == whole
    column_path(ledger, "examples", _key(world)).touch()
    assert example_called(ledger, one)[1]["id"] == one
    assert index.read_bytes() != whole
    for path in column_files(ledger, "examples"):
        path.unlink()
    with pytest.raises(UnreadableColumns, match="examples"):
        example_called(ledger, one)


def test_a_start_that_fits_several_or_none_is_told(plant: Ledger, world: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(NothingCalled):
        example_called(plant.path, urn("example", "nowhere"))
    with pytest.raises(NothingCalled):
        example_called(plant.path, "no hash at all")
    tables = world.tables(1)
    rows = fitted("examples", tables["examples"]).to_pylist()
    for number, row in enumerate(rows):
        row["id"] = f"urn:litho:example:{'ab' * 10}{number:044x}"
    ledger = Ledger(tmp_path / "ledger")
    ledger.record_build(world.build(1), tables | {"examples": pa.Table.from_pylist(rows, TABLES["examples"])})
    for start in ("abab", "ab" * 10):
        with pytest.raises(SeveralCalled, match="9"):
            example_called(ledger.path, start)
    assert example_called(ledger.path, rows[4]["id"])[1]["id"] == rows[4]["id"]


def test_hashes_that_begin_alike_are_told_apart(tmp_path: Path, world: ModuleType) -> None:
    def alike(urn_of: str, digits: str) -> str:
        kind, _, digest = urn_of.rpartition(":")
        return f"{kind}:{'0' * 16}{digits}{digest[20:]}"

    tables = {name: fitted(name, table).to_pylist() for name, table in world.tables(1).items()}
    named = {}
    for table, column in (("axioms", "axiom"), ("instances", "instance"), ("examples", "id")):
        for number, row in enumerate(tables[table]):
            named[row[column]] = row[column] = alike(row[column], f"{number:04d}")
    for row in tables["instances"]:
        row["axioms"] = [named[one] for one in row["axioms"]]
    for row in tables["examples"]:
        row["instance"] = named[row["instance"]]
    ledger = Ledger(tmp_path / "ledger")
    ledger.record_build(world.build(1), {n: pa.Table.from_pylist(rows, TABLES[n]) for n, rows in tables.items()})
    for table in ("instances", "examples"):
        read = read_columns(ledger.path, table, _key(world)).drop_columns(
            ["content_hash"] if table == "examples" else []
        )
        assert read.to_pylist() == [{k: v for k, v in row.items() if k != "content_hash"} for row in tables[table]]
    for row in tables["examples"]:
        assert example_called(ledger.path, row["id"])[1]["id"] == row["id"]


def test_a_question_about_a_run_whose_build_is_lost_is_one_line(
    tmp_path: Path, plant: Ledger, world: ModuleType
) -> None:
    ledger = Ledger(Path(shutil.copytree(plant.path, tmp_path / "ledger")))
    column_path(ledger.path, "builds", _key(world)).unlink()
    with pytest.raises(FailedSparql, match="a run was shown examples of a build that is lost: press its dataset again"):
        ledger.query("node-loss", source="columns", least=1)
    column_path(ledger.path, "examples", _key(world)).unlink()
    (run,) = (path.stem for path in column_files(ledger.path, "runs"))
    with pytest.raises(
        UnreadableColumns, match=r"examples/.*: this part of the ledger cannot be read .the file is missing"
    ):
        read_columns(ledger.path, "steps", run)
