"""What a build tells the ledger: its axioms, nodes, scenes, templates, instances, examples, decisions as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.ledger.columns import TABLES, WORD, Rows
from lithograph.ontology.graph import ClaimGraph, Kind
from lithograph.ontology.terms import is_iri
from lithograph.pipeline.axiom_rows import axiom_rows
from lithograph.pipeline.forme import Forme
from lithograph.render.shards import LEDGER
from lithograph.scenes.declaration import Scene
from lithograph.speech.lexicon import Lexicon


def ledger_tables(forme: Forme, folder: Path, report: Mapping[str, object]) -> dict[str, Rows]:
    """The tables of `ledger.columns` for one build; instances and examples are read shard by shard while they are
    written, so that no more than a piece of one shard is held."""
    ontology = forme.stone.ontology
    lexicons = {language: speech.lexicon for language, speech in forme.types.speech.items()}
    return {
        "axioms": axiom_rows(ontology, next(iter(lexicons.values()), None)),
        "nodes": _nodes(forme.stone.graph, lexicons),
        "scenes": _scenes(forme.scenes),
        "templates": _templates(forme),
        "instances": instance_rows(folder),
        "examples": example_rows(folder),
        "decisions": _decisions(report),
    }


def instance_rows(folder: Path) -> Iterator[pa.Table]:
    """The ledger's rows of instances, one table a shard, as the press set them aside."""
    for path in sorted((folder / LEDGER).glob("instances-*.parquet")):
        yield pq.read_table(path)


PIECE = 1 << 16
"""Rows of a shard that are held at once while the ledger's rows are written."""


def example_rows(folder: Path) -> Iterator[pa.Table]:
    """The ledger's rows of examples from the dataset's own columns, a piece of a shard at a time."""
    columns = [field.name for field in TABLES["examples"] if field.name not in ("shard", "row")]
    words = [name for name in columns if TABLES["examples"].field(name).type == WORD]
    for path in sorted((folder / "data").glob("*-of-*.parquet")):
        start = 0
        with pq.ParquetFile(path, read_dictionary=words) as file:
            for batch in file.iter_batches(PIECE, columns=columns):
                n = len(batch)
                zeros = pa.array(np.zeros(n, np.int32))
                shard = pa.DictionaryArray.from_arrays(zeros, pa.array([f"data/{path.name}"], pa.string()))
                row = pa.array(np.arange(start, start + n, dtype=np.int32))
                start += n
                yield pa.Table.from_batches([batch]).append_column("shard", shard).append_column("row", row)


_KIND_NAMES = {Kind.CLASS: "Class", Kind.INDIVIDUAL: "Individual", Kind.OBJECT_PROPERTY: "ObjectProperty",
               Kind.DATA_PROPERTY: "DataProperty", Kind.ANNOTATION_PROPERTY: "AnnotationProperty",
               Kind.DATATYPE: "Datatype"}  # fmt: skip


def _nodes(graph: ClaimGraph, lexicons: Mapping[str, Lexicon]) -> pa.Table:
    texts = graph.ontology.terms.texts
    named = np.flatnonzero(graph.kinds & ~np.uint16(Kind.LITERAL | Kind.ANONYMOUS | Kind.DEPRECATED)).astype(np.int32)
    named = np.array([i for i in named.tolist() if is_iri(texts[i])], np.int32)
    columns: dict[str, list[str | None]] = {}
    for language in ("en", "ru"):
        if language in lexicons and len(named):
            spoken = lexicons[language].speakable(named).tolist()
            names = lexicons[language].column(named, "name").tolist()
            columns[language] = [n if s else None for n, s in zip(names, spoken, strict=True)]
        else:
            columns[language] = [None] * len(named)
    kinds = [" ".join(w for k, w in _KIND_NAMES.items() if f & k) for f in graph.kinds[named].tolist()]
    return pa.table({"iri": pa.array([texts[i] for i in named.tolist()], pa.string()),
                     "kind": pa.array(kinds, pa.string()), "label_en": pa.array(columns["en"], pa.string()),
                     "label_ru": pa.array(columns["ru"], pa.string())})  # fmt: skip


def _scenes(scenes: tuple[Scene, ...]) -> pa.Table:
    declarations = [canonical_json(asdict(scene)) for scene in scenes]
    return pa.table({
        "iri": [s.iri for s in scenes], "axis": [s.axis for s in scenes], "level": [s.level for s in scenes],
        "label": [s.label.get("en", s.name) for s in scenes], "declaration": declarations,
        "hash": [sha256_hex(d) for d in declarations],
    })  # fmt: skip


def _templates(forme: Forme) -> pa.Table:
    iris = {scene.name: scene.iri for scene in forme.scenes}
    used = [t for t in forme.templates if t.scene_name in iris]
    return pa.table({
        "id": [t.id for t in used], "path": [f"templates/{t.path}" for t in used],
        "line": pa.array([t.line for t in used], pa.int32()), "scene": [iris[t.scene_name] for t in used],
        "form": [t.form for t in used], "register": [t.register for t in used],
        "language": [t.language for t in used],
        "source": ["\n".join(f"{speaker}: {text}" for speaker, text in t.turns) for t in used],
    })  # fmt: skip


def _decisions(report: Mapping[str, object]) -> pa.Table:
    dropped: list[dict[str, object]] = report["dropped"]  # type: ignore[assignment]
    moves = [
        "merge" if "same words" in str(d["reason"]) or "already" in str(d["reason"]) else "silence" for d in dropped
    ]
    n = len(dropped)
    return pa.table({
        "candidate": pa.nulls(n, pa.string()), "scene": pa.array([str(d["scene"]) for d in dropped], pa.string()),
        "move": pa.array(moves, pa.string()), "reason": pa.array([str(d["reason"]) for d in dropped], pa.string()),
        "count": pa.array([d["count"] for d in dropped], pa.int64()), "numbers": pa.nulls(n, pa.string()),
    })  # fmt: skip
