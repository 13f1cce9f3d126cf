"""A pressed dataset of a few rows, told to a ledger as a build tells it: for tests that train and then edit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.core.identity import canonical_json, sha256_hex, urn
from lithograph.ledger.ask import Ledger
from lithograph.ledger.record import BuildRecord, OntologyRecord, ShardRecord, SourceRecord, SplitRecord, Times
from lithograph.ledger.schemas import BUILD_TABLES
from lithograph.train.corpus import open_corpus


def record_pressed(
    root: Path, name: str, *, iri: str | None = "https://example.org/tiny", more: Iterable[str] = ()
) -> str:
    """Record what lies in `datasets/NAME`; the dataset's urn. more: axioms that the ontology has and nobody prints."""
    corpus = open_corpus(root / "datasets" / name)
    rows = _rows(corpus.folder)
    axioms = sorted({axiom for row in rows for axiom in row["axioms"]} | set(more))
    ontology = OntologyRecord(urn("ontology", canonical_json(axioms)), iri, "1")
    record = BuildRecord(
        id=urn("build", corpus.digest + ontology.id + name), slug=f"{name}-{corpus.digest[:8]}", dataset_name=name,
        dataset=corpus.dataset_id, ontology=ontology,
        sources=(SourceRecord("tiny.ttl", iri, "1" * 64, "Turtle"),), recipe={}, code_version="0.1.0",
        splits={split: SplitRecord(f"urn:litho:split:{digest}", 0) for split, digest in corpus.split_hashes.items()},
        shards=(ShardRecord("data/train-00000.parquet", "2" * 64, len(rows)),),
    )  # fmt: skip
    Ledger(root / "ledger").record_build(record, _tables(rows, axioms), Times())
    return corpus.dataset_id


def _rows(folder: Path) -> list[dict[str, Any]]:
    return [row for file in sorted((folder / "data").glob("*.parquet")) for row in pq.read_table(file).to_pylist()]


def _tables(rows: list[dict[str, Any]], axioms: list[str]) -> dict[str, pa.Table]:
    instances = {row["instance"]: row for row in rows}
    by_table: dict[str, list[dict[str, Any]]] = {
        "axioms": [{"axiom": one, "annotated": one, "kind": "SubClassOf", "text": one, "display": f"says {one[-4:]}",
                    "nodes": [], "source": "tiny.ttl", "examples": 1} for one in axioms],
        "instances": [{"instance": name, "scene": row["scene"], "axioms": row["axioms"]}
                      for name, row in instances.items()],
        "examples": [{"id": row["id"], "content_hash": f"sha256:{sha256_hex(json.dumps(row['messages']))}",
                      "split": row["split"], "instance": row["instance"], "language": row["language"], "row": place}
                     for place, row in enumerate(rows)],
    }  # fmt: skip
    tables = {}
    for name, held in by_table.items():
        schema = BUILD_TABLES[name]
        full = [{column: row.get(column) for column in schema.names} for row in held]
        tables[name] = pa.Table.from_pylist(full, schema=schema)
    return tables
