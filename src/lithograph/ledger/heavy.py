"""Named queries answered from the columns by DuckDB: the `.sql` beside a `.rq`, with the same answer.

The only room that imports DuckDB. Each table of `columns` is a view of that name over all builds or runs, with the
build's or run's `key` beside its columns. Values are bound, never put into the text. Knows nothing about RDF; that
both ways answer alike is tested, on a ledger made by hand and on a pressed one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lithograph.ledger.columns import column_files
from lithograph.ledger.errors import FailedSparql, UnreadableColumns
from lithograph.ledger.resolve import Value
from lithograph.ledger.schemas import TABLES

if TYPE_CHECKING:
    import duckdb

_MACROS = """
CREATE MACRO four(x) AS floor(x * 10000 + 0.5) / 10000;
CREATE MACRO same(x) AS CAST(CAST(x AS VARCHAR) AS DOUBLE);
"""
"""`four`: to four digits, as SPARQL rounds. `same`: a float32 as the double that it is written as in the view."""


def answer(
    ledger: Path, name: str, sql: str, values: Mapping[str, Value]
) -> tuple[tuple[str, ...], Sequence[Sequence[Any]]]:
    """(column names, rows) of a query in SQL, in its order. Raises UnreadableColumns, FailedSparql."""
    import duckdb

    connection = duckdb.connect(":memory:", config={"default_null_order": "nulls_first"})
    try:
        connection.execute(_MACROS)
        for table in _tables_in(sql):
            _offer(connection, ledger, table)
        found = connection.execute(sql, dict(values))
        return tuple(column[0] for column in found.description), found.fetchall()
    except duckdb.Error as error:
        raise FailedSparql(f"query {name}", str(error).split("\n", 1)[0]) from error
    finally:
        connection.close()


def ask_files(
    files: Mapping[str, Sequence[Path]], tables: Mapping[str, pa.Table], asked: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:  # fmt: skip
    """(name, rows) of queries in SQL over Parquet files and tables by name, in order.

    asked: (name, sql). A name without files is the table of that name. Raises FailedSparql.
    """
    import duckdb

    connection, name = duckdb.connect(":memory:"), ""
    try:
        for name, table in tables.items():
            if not files.get(name):
                connection.register(name, table)
        for name, paths in files.items():
            if paths:
                connection.read_parquet([str(path) for path in paths]).create_view(name)
        for name, sql in asked:
            yield name, connection.execute(sql).fetchall()
    except duckdb.Error as error:
        raise FailedSparql(f"query {name}", str(error).split("\n", 1)[0]) from error
    finally:
        connection.close()


def _tables_in(sql: str) -> list[str]:
    words = set(re.findall(r"[a-z_]+", re.sub(r"--[^\n]*", "", sql)))
    return [name for name in TABLES if name in words]


def _offer(connection: duckdb.DuckDBPyConnection, ledger: Path, table: str) -> None:
    """Make a table of the ledger a view of the connection; one without files is empty."""
    import duckdb

    files = [str(path) for path in column_files(ledger, table)]
    if not files:
        empty = TABLES[table].empty_table().append_column("key", pa.array([], pa.string()))
        connection.register(table, empty)
        return
    try:
        whole = connection.read_parquet(files, filename=True, union_by_name=len(files) > 1)
        lacking = [f"NULL AS {name}" for name in TABLES[table].names if name not in whole.columns]  # of older forms
        columns = ["* EXCLUDE (filename)", "parse_filename(filename, true) AS key", *lacking]
        whole.project(", ".join(columns)).create_view(table)
    except duckdb.Error as error:
        raise UnreadableColumns(ledger / "columns" / table, str(error).split("\n", 1)[0]) from error


def shown(value: object) -> str:
    """A value as the view's literals are written.

    >>> [shown(v) for v in (None, 3, 1.0, 0.65, "a", True)]
    ['', '3', '1', '0.65', 'a', 'true']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(value) if "e" not in repr(value) else f"{value:f}".rstrip("0")
        return text.removesuffix(".0").removesuffix(".")
    return str(value)
