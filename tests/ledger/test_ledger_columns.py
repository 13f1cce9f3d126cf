"""Columns: written whole or not at all, in the schema's types, by one writer at a time."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import column_path, fitted, read_all, read_columns, rows_of, write_columns, writing
from lithograph.ledger.errors import LedgerBusy, MisfitTable, UnreadableColumns, UnwritableLedger
from lithograph.ledger.schemas import TABLES

NODES = pa.table(
    {
        "iri": ["http://ex.org/a"],
        "kind": ["class"],
        "label_en": ["a"],
        "label_ru": pa.nulls(1, pa.string()),
        "information": [0.5],
        "delta": ["0"],
    }
)


def test_a_missing_column_is_refused_by_name() -> None:
    with pytest.raises(MisfitTable) as refusal:
        fitted("nodes", NODES.drop_columns(["kind"]))
    assert str(refusal.value) == (
        "ledger table nodes: columns are missing: kind (given: iri, label_en, label_ru, information, delta). "
        "The columns are listed in docs/reference/ledger.md."
    )


def test_a_column_of_another_type_is_refused() -> None:
    table = NODES.set_column(0, "iri", pa.array([[1]]))
    with pytest.raises(MisfitTable, match="column 'iri' has the wrong type"):
        fitted("nodes", table)


def test_a_column_too_many_is_left_out() -> None:
    assert fitted("nodes", NODES.append_column("more", pa.array([1]))).column_names == TABLES["nodes"].names


def test_dictionaries_are_kept_and_plain_strings_become_them() -> None:
    coded = NODES.set_column(1, "kind", NODES["kind"].combine_chunks().dictionary_encode())
    wide = NODES.set_column(
        1, "kind", pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), pa.array(["class"], pa.large_string()))
    )
    assert fitted("nodes", coded).equals(fitted("nodes", NODES))
    assert fitted("nodes", wide).equals(fitted("nodes", NODES))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write_columns(tmp_path, "nodes", "k", NODES)
    assert read_columns(tmp_path, "nodes", "k").equals(fitted("nodes", NODES))
    assert read_all(tmp_path, "nodes", ["iri"]).num_rows == 0, "the build's own row is not there yet"
    (tmp_path / "columns" / "runs").mkdir()
    (tmp_path / "columns" / "runs" / "k.parquet").touch()  # any kind of activity that is recorded under this hash
    assert read_all(tmp_path, "nodes", ["iri"]).num_rows == 1
    assert read_all(tmp_path, "axioms").schema == TABLES["axioms"]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_columns(tmp_path / "a", "nodes", "k", NODES).read_bytes()
    assert write_columns(tmp_path / "b", "nodes", "k", NODES).read_bytes() == first


def test_a_full_disk_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_columns(tmp_path, "nodes", "k", NODES)
    before = path.read_bytes()

    def full(writer: pq.ParquetWriter, table: pa.Table, row_group_size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(UnwritableLedger, match="No space left on device"):
        write_columns(tmp_path, "nodes", "k", NODES.slice(0, 0))
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == ["k.parquet"]


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    path = column_path(tmp_path, "nodes", "k")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no parquet")
    with pytest.raises(UnreadableColumns, match=r"k\.parquet: this part of the ledger cannot be read"):
        read_columns(tmp_path, "nodes", "k")


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(LedgerBusy) as refusal, writing(tmp_path, wait=0.0):
        pass
    assert str(refusal.value) == (
        f"{tmp_path / '.lock'}: another process is writing this ledger. Wait until it has ended, then run again."
    )


def test_two_writers_take_turns(tmp_path: Path) -> None:
    order: list[str] = []
    entered, leave = threading.Event(), threading.Event()

    def first() -> None:
        with writing(tmp_path):
            entered.set()
            leave.wait(5)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    entered.wait(5)
    threading.Timer(0.1, leave.set).start()
    with writing(tmp_path, wait=5.0):
        order.append("second")
    thread.join()
    assert order == ["first", "second"]


def test_pieces_are_written_as_they_come_and_read_as_one_table(tmp_path: Path) -> None:
    asked: list[int] = []

    def pieces() -> Iterator[pa.Table]:
        for i in range(3):
            asked.append(i)
            yield NODES

    path = write_columns(tmp_path, "nodes", "k", pieces())
    assert asked == [0, 1, 2]
    assert pq.ParquetFile(path).num_row_groups == 3
    assert rows_of(read_columns(tmp_path, "nodes", "k")) == rows_of(NODES) * 3


def test_a_misfit_among_the_pieces_leaves_nothing_behind(tmp_path: Path) -> None:
    path = write_columns(tmp_path, "nodes", "k", NODES)
    before = path.read_bytes()
    with pytest.raises(MisfitTable, match="columns are missing"):
        write_columns(tmp_path, "nodes", "k", iter([NODES, NODES.drop_columns(["kind"])]))
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


def test_columns_that_an_older_program_did_not_write_are_null(plant: Ledger, tmp_path: Path) -> None:
    folder = tmp_path / "old"
    shutil.copytree(plant.path, folder)
    for path in (folder / "columns" / "axioms").glob("*.parquet"):
        pq.write_table(pq.read_table(path).drop_columns(["silence"]), path)
    table = read_all(folder, "axioms")
    assert table.column_names == TABLES["axioms"].names
    assert table["silence"].null_count == table.num_rows > 0
    assert read_all(folder, "axioms", ["silence", "axiom"]).column_names == ["silence", "axiom"]
