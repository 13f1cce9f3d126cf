"""What stories have in common: counts, texts of examples, names of entities, axioms in their files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lithograph.ledger.arrays import one_array
from lithograph.ledger.ask import short
from lithograph.ledger.columns import read_columns, rows_of
from lithograph.ledger.errors import UnreadableColumns
from lithograph.ledger.story import Story
from lithograph.ledger.trace.places import Place, source_file

SOME = 5
"""How many of many are shown."""

LONG = 300
"""Characters of an axiom's functional text that are shown: disjointness can run over pages."""


_TOLD = ("id", "messages", "prompt", "completion", "thought", "decisions")
"""Columns of a dataset that a story tells."""


def count(n: int, noun: str) -> str:
    """`1 example`, `2 examples`, `2 entities`."""
    if n == 1:
        return f"1 {noun}"
    return f"{n} {noun[:-1]}ies" if noun.endswith("ty") else f"{n} {noun}s"


def some_of(stories: Sequence[Story], total: int | None = None) -> tuple[Story, ...]:
    """The first few, and how many more there are."""
    left = (len(stories) if total is None else total) - len(stories[:SOME])
    return (*stories[:SOME], *((Story(f"and {left} more"),) if left > 0 else ()))


def spread(n: int) -> pa.Array:
    """A few row numbers, spread evenly over n rows."""
    return pa.array(sorted({i * n // SOME for i in range(SOME)} if n else ()), pa.int64())


def where(table: pa.Table, column: str, value: object) -> pa.Table:
    """The rows in which a column has a value."""
    return table.filter(pc.equal(table[column], pa.scalar(value, pa.string())))


def lists_holding(table: pa.Table, column: str, values: Iterable[str]) -> pa.Table:
    """The rows whose list holds any of the values, each once."""
    if not table.num_rows:
        return table
    lists = one_array(table[column])
    hits = pc.list_parent_indices(lists).filter(pc.is_in(pc.list_flatten(lists), pa.array(values, pa.string())))
    return table.take(pc.unique(hits))


# ── examples ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def printed(place: Place, dataset: object, row: dict[str, Any]) -> dict[str, Any] | None:
    """The dataset's row of an example, where the shard is there and still holds it."""
    shard = place.datasets / str(dataset) / str(row["shard"])
    if not shard.is_file():
        return None
    try:
        found = _at(shard, row["row"], row["id"])
        found = found or next(iter(rows_of(pq.read_table(shard, filters=[("id", "=", row["id"])]))), None)
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableColumns(shard, str(error).split("\n", 1)[0]) from error
    return found


def _at(shard: Path, number: int, example: str) -> dict[str, Any] | None:
    """A shard's row by its number, if it is that example: a later build may have printed others there."""
    with pq.ParquetFile(shard) as file:
        names = [name for name in _TOLD if name in file.schema_arrow.names]
        for group in range(file.num_row_groups if "id" in names else 0):
            rows = file.metadata.row_group(group).num_rows
            if number < rows:
                ids = file.read_row_group(group, columns=["id"])
                if ids["id"][number].as_py() != example:
                    return None
                return rows_of(file.read_row_group(group, columns=names).slice(number, 1))[0]
            number -= rows
    return None


def sentence(row: dict[str, Any]) -> str:
    """What the example says: its turns, each on its own line."""
    turns = row.get("messages")
    if turns:
        return "\n".join(f"{turn['role']}: {turn['content']}" for turn in turns)
    return "\n".join(str(row[name]) for name in ("prompt", "completion") if row.get(name))


def example_line(place: Place, dataset: object, row: dict[str, Any]) -> str:
    """What an example says on one line, or its shard where that is not there."""
    found = printed(place, dataset, row)
    return sentence(found).replace("\n", " / ") if found else str(row["shard"])


# ── entities and axioms ──────────────────────────────────────────────────────────────────────────────────────────────


def labels(place: Place, key: str) -> dict[str, str]:
    """The names of entities: in the place's language, or else in the other."""
    table = read_columns(place.ledger, "nodes", key, ["iri", "label_en", "label_ru"])
    first, second = ("label_ru", "label_en") if place.language == "ru" else ("label_en", "label_ru")
    names = pc.coalesce(table[first], table[second]).to_pylist()
    return {iri: name for iri, name in zip(table["iri"].to_pylist(), names, strict=True) if name}


def named(node: str | None, names: dict[str, str]) -> str:
    """An entity's name with its IRI."""
    if node is None:
        return "(nobody)"
    return f"{names[node]} <{short(node)}>" if node in names else short(node)


def sources_of(place: Place, key: str) -> Callable[[str | None], str | None]:
    """From the name of a file as axioms have it to its path in the project; the only file where they have none."""
    names = [str(s["name"]) for s in rows_of(read_columns(place.ledger, "builds", key))[0]["sources"]]
    paths = {name.rsplit("/", 1)[-1]: name for name in names} | {name: name for name in names}
    return lambda name: paths.get(name) if name else names[0] if len(names) == 1 else None


def files_said(place: Place, key: str) -> str:
    """What is said of an axiom's place where the build did not name its file."""
    names = [s["name"] for s in rows_of(read_columns(place.ledger, "builds", key))[0]["sources"]]
    return names[0] if len(names) == 1 else f"one of the {len(names)} files of {names[0]}" if names else "the ontology"


def axiom_story(place: Place, row: dict[str, Any], key: str) -> Story:
    """An axiom: to be read, as it stands, in which file."""
    said = f"in {row['source'] or files_said(place, key)}"
    text = row["text"] if len(row["text"]) <= LONG else f"{row['text'][:LONG]}…"
    link = source_file(place, sources_of(place, key)(row["source"]))
    return Story(f"axiom {row['display'] or text}", f"{text}\n{said}, {short(row['axiom'])}", link=link)


def axiom_stories(place: Place, key: str, urns: Sequence[str]) -> list[Story]:
    """Axioms of a build in the order of their urns."""
    table = read_columns(place.ledger, "axioms", key)
    by_urn = {r["axiom"]: r for r in rows_of(table.filter(pc.is_in(table["axiom"], pa.array(urns, pa.string()))))}
    return [axiom_story(place, by_urn[u], key) if u in by_urn else Story(f"axiom {short(u)}") for u in urns]
