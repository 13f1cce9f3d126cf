"""Named queries answered from the columns by DuckDB: the `.sql` beside a `.rq`, with the same answer.

The only room that imports DuckDB. Each table of `columns` is a view of that name over all builds or runs, as it is
stored (see `packed`), with the build's or run's `key` and each row's `place` beside its columns. Three views stand
between: `resting` says on which axioms an instance rests, `told` which instance an example tells of, `shown` which
example a step showed. Things that two builds share go by their hash there. Values are bound, never put into the text.
Knows nothing about RDF; that both ways answer alike is tested, on a ledger made by hand and on a pressed one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lithograph.ledger.columns import column_files, recorded_keys
from lithograph.ledger.errors import FailedSparql, UnreadableColumns
from lithograph.ledger.packed import STORED
from lithograph.ledger.resolve import Value
from lithograph.ledger.schemas import TABLES

if TYPE_CHECKING:
    import duckdb

_MACROS = """
CREATE MACRO four(x) AS floor(x * 10000 + 0.5) / 10000;
CREATE MACRO same(x) AS CAST(CAST(x AS VARCHAR) AS DOUBLE);
CREATE MACRO hash_of(urn) AS unhex(right(urn, 64));
CREATE MACRO axiom_of(hash) AS 'urn:litho:axiom:' || lower(hex(hash));
CREATE MACRO text_of(hash) AS 'sha256-128:' || lower(hex(hash));
"""
"""`four`: to four digits, as SPARQL rounds. `same`: a float32 as the double that it is written as in the view. The
others turn ids into hashes and back."""

_BETWEEN: Mapping[str, tuple[tuple[str, ...], str]] = {
    "resting": (("instances", "axioms"), """
        SELECT i.key AS key, i.instance AS instance, a.hash AS hash
        FROM (SELECT key, instance, unnest(axioms) AS axiom FROM instances) i
        JOIN axioms a ON a.key = i.key AND a.place = i.axiom"""),
    "told": (("examples", "instances"), """
        SELECT e.key AS key, e.id AS id, i.instance AS instance, split, template, e.depth AS depth
        FROM examples e JOIN instances i ON i.key = e.key AND i.place = e.instance"""),
    "shown": (("steps", "examples"), """
        SELECT s.key AS key, step, micro, loss, tokens, e.id AS id
        FROM steps s JOIN examples e ON e.key = s.build AND e.place = s.example"""),
}  # fmt: skip
"""View -> the tables that it joins, and how."""

_RENAMED = {
    "axioms": "* EXCLUDE (axiom, annotated), axiom AS hash, axiom_of(axiom) AS axiom",
    "steps": "* REPLACE (CAST(build AS activity) AS build)",
}
"""What is selected of a table in the place of all: an axiom's hash beside its id; the key of a build as a number."""


def answer(
    ledger: Path, name: str, sql: str, values: Mapping[str, Value]
) -> tuple[tuple[str, ...], Sequence[Sequence[Any]]]:
    """(column names, rows) of a query in SQL, in its order. Raises UnreadableColumns, FailedSparql."""
    import duckdb

    connection = duckdb.connect(":memory:", config={"default_null_order": "nulls_first"})
    try:
        connection.execute(_MACROS)
        keys = ", ".join(f"'{key}'" for key in sorted(recorded_keys(ledger)) or [""])
        connection.execute(f"CREATE TYPE activity AS ENUM ({keys})")  # joined by number, not by letters
        between = [name for name in _BETWEEN if re.search(rf"\b{name}\b", sql)]
        for table in _tables_in(" ".join([sql, *(one for name in between for one in _BETWEEN[name][0])])):
            _offer(connection, ledger, table)
        for name in between:
            connection.execute(f"CREATE VIEW {name} AS {_BETWEEN[name][1]}")
        found = connection.execute(sql, dict(values))
        return tuple(column[0] for column in found.description), found.fetchall()
    except duckdb.ConversionException as error:  # of the keys alone is anything made a number
        reason = "a run was shown examples of a build that is lost: press its dataset again"
        raise FailedSparql(f"query {name}", reason) from error
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

    selected = _RENAMED.get(table, "*")
    files = [str(path) for path in column_files(ledger, table)]
    try:
        if not files:
            empty = STORED[table].empty_table().append_column("key", pa.array([], pa.string()))
            connection.register(f"no_{table}", empty.append_column("place", pa.array([], pa.int64())))
            connection.table(f"no_{table}").project(selected).create_view(table)
            return
        whole = connection.read_parquet(files, filename=True, file_row_number=True, union_by_name=len(files) > 1)
        lacking = [f"NULL AS {name}" for name in STORED[table].names if name not in whole.columns]  # of older programs
        beside = ["* EXCLUDE (filename, file_row_number)", "file_row_number AS place",
                  "CAST(parse_filename(filename, true) AS activity) AS key", *lacking]  # fmt: skip
        whole.project(", ".join(beside)).project(selected).create_view(table)
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
