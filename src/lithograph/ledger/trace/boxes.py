"""From a subgraph to the boxes and arrows of its figure: what is said of each thing, and where it lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from lithograph.ledger.arrays import decoded
from lithograph.ledger.ask import short
from lithograph.ledger.columns import read_all, read_columns, rows_of
from lithograph.ledger.figure import Arrow, Box
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.shape import source_urn, template_urn
from lithograph.ledger.story import Link
from lithograph.ledger.trace.places import (
    Place,
    adapter_folder,
    dataset_card,
    run_folder,
    shard_file,
    source_file,
    template_file,
)
from lithograph.ledger.trace.said import count, labels, printed
from lithograph.ledger.trace.subgraph import Subgraph


@dataclass(frozen=True, slots=True)
class Said:
    """What a box says: text, a note beside its kind, and the file the thing stands in."""

    text: str
    note: str = ""
    link: Link | None = None


SHORT = 120
"""Characters of a question with its answer that a box can hold."""

Saying: TypeAlias = Callable[[Place, Sequence[str]], Mapping[str, Said]]


def boxes(place: Place, graph: Subgraph, centres: Sequence[str], folder: Path) -> tuple[list[Box], list[Arrow]]:
    """The figure's boxes, with links as they are seen from `folder`, and its arrows."""
    drawn = []
    for kind, (column, saying) in KINDS_DRAWN.items():
        ids = graph.shown.get(kind, ())
        said = saying(place, ids) if ids else {}
        for one in ids:
            what = said.get(one, Said(short(one)))
            link = what.link.seen_from(folder) if what.link else ""
            drawn.append(Box(one, kind, what.text, what.note, one, column, link, one in centres))
        if kind in graph.more:
            text = f"and {graph.more[kind]} more"
            drawn.append(Box(f"more:{kind}", kind, text, "", "", column))
    return drawn, [Arrow(above, below, r.name, r.backwards) for r, above, below in graph.edges]


def _hash(urn: str) -> str:
    return key_of(urn)[:12]


def _rows(place: Place, table: str, column: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    rows = read_all(place.ledger, table)
    return rows_of(rows.filter(pc.is_in(decoded(rows[column]), pa.array(ids, pa.string()))))


def _losses(run: Mapping[str, Any]) -> str:
    known = run["loss_before"] is not None and run["loss_after"] is not None
    return f" test loss {run['loss_before']:.3f} → {run['loss_after']:.3f}".replace("→", "to") if known else ""


def _adapters(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    return {
        r["adapter"]: Said(f"{_hash(r['adapter'])}{_losses(r)}", "", adapter_folder(place, r["slug"]))
        for r in _rows(place, "runs", "adapter", ids)
    }


def _runs(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    return {
        r["id"]: Said(r["slug"], r["status"], run_folder(place, r["slug"])) for r in _rows(place, "runs", "id", ids)
    }


def _models(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    return {
        r["model"]: Said(r["model_name"] or _hash(r["model"]), r["model_licence"] or "no licence stated")
        for r in _rows(place, "runs", "model", ids)
    }


def _splits(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    said = {}
    for build in rows_of(read_all(place.ledger, "builds")):
        for split in build["splits"] or ():
            name = build["dataset_name"]
            said[split["id"]] = Said(
                f"{split['role']} of {name}", count(split["rows"], "example"), dataset_card(place, name)
            )
    return said


def _datasets(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    return {
        b["dataset"]: Said(b["dataset_name"], _hash(b["dataset"]), dataset_card(place, b["dataset_name"]))
        for b in _rows(place, "builds", "dataset", ids)
    }


def _builds(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    return {b["id"]: Said(b["slug"], f"program {b['code_version']}") for b in _rows(place, "builds", "id", ids)}


def _ontologies(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    said = {}
    for build in builds(place.ledger):
        axioms = read_columns(place.ledger, "axioms", key_of(str(build["id"])), ["axiom"]).num_rows
        version = str(build["ontology_version"])[:12]
        said[str(build["ontology"])] = Said(f"{build['ontology_iri'] or 'no IRI'}: {count(axioms, 'axiom')}", version)
    return said


def _examples(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    said = {}
    for build in builds(place.ledger):  # the newest that has it speaks
        name = build["dataset_name"]
        rows = read_columns(place.ledger, "examples", key_of(str(build["id"])))
        for row in rows_of(rows.filter(pc.is_in(rows["id"], pa.array(ids, pa.string())))):
            found = printed(place, name, row)
            text = _exchange(found) if found else f"{row['shard']}, row {row['row']}"
            note = f"{_hash(row['id'])} {row['split']}"
            said[row["id"]] = Said(text, note, shard_file(place, name, row["shard"]))
    return said


def _exchange(row: Mapping[str, Any]) -> str:
    """The answer of an example, its thought left out; after the question where both are short."""
    turns = row.get("messages") or ()
    first = str(turns[0]["content"] if turns else row.get("prompt") or "")
    last = str(turns[-1]["content"] if turns else row.get("completion") or "").rpartition("RESPONSE: ")[2]
    return f"{first} – {last}" if first and len(first) + len(last) <= SHORT else last


def _instances(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    names = _names(place)
    return {
        r["instance"]: Said(
            ", ".join(f"{f['role']} = {names.get(f['node'], short(f['node'] or '?'))}" for f in r["roles"] or ()),
            _hash(r["instance"]),
        )
        for r in _rows(place, "instances", "instance", ids)
    }


def _templates(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    return {
        template_urn(t["id"]): Said(
            f"{t['path']}:{t['line']}", f"{t['form']}, {t['register']}", template_file(place, t)
        )
        for t in rows_of(read_all(place.ledger, "templates"))
        if template_urn(t["id"]) in ids
    }


def _scenes(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    return {
        s["iri"]: Said(s["label"] or short(s["iri"]), f"{s['axis']}, {s['level']}")
        for s in _rows(place, "scenes", "iri", ids)
    }


def _axioms(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    return {
        r["axiom"]: Said(r["display"] or r["text"], _hash(r["axiom"])) for r in _rows(place, "axioms", "axiom", ids)
    }


def _names(place: Place) -> dict[str, str]:
    names: dict[str, str] = {}
    for build in builds(place.ledger):
        names |= labels(place, key_of(str(build["id"])))
    return names


def _nodes(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    names = _names(place)
    kinds = {r["iri"]: r["kind"] for r in _rows(place, "nodes", "iri", ids)}
    return {iri: Said(names.get(iri, short(iri)), kinds.get(iri) or "") for iri in ids}


def _sources(place: Place, ids: Sequence[str]) -> Mapping[str, Said]:
    said = {}
    for build in builds(place.ledger):
        for s in build["sources"]:  # type: ignore[attr-defined]
            licence = str(s["licence"] or "no licence stated").rstrip("/")
            note = licence.rpartition("://")[2].replace("creativecommons.org/licenses/", "CC ")
            said[source_urn(s)] = Said(s["name"], note, source_file(place, s["name"]))
    return said


KINDS_DRAWN: Mapping[str, tuple[int, Saying]] = {
    "adapter": (0, _adapters),
    "run": (1, _runs),
    "split": (2, _splits),
    "model": (2, _models),
    "dataset": (3, _datasets),
    "example": (3, _examples),
    "instance": (4, _instances),
    "template": (4, _templates),
    "build": (4, _builds),
    "axiom": (5, _axioms),
    "scene": (5, _scenes),
    "ontology": (5, _ontologies),
    "node": (6, _nodes),
    "source": (6, _sources),
}
"""The column of each kind, so that every relation goes to the next column, and what is said of its things."""
