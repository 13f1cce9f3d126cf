"""What a build tells the ledger: its axioms, nodes, scenes, templates, instances, examples, decisions as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.ledger.columns import Rows
from lithograph.ledger.schemas import TABLES, WORD
from lithograph.ontology.graph import Kind
from lithograph.ontology.terms import is_iri
from lithograph.pipeline.axiom_rows import axiom_rows
from lithograph.pipeline.coverage import Covered
from lithograph.pipeline.forme import Forme
from lithograph.render.cast import Cast
from lithograph.render.pieces import LEDGER, read_aside
from lithograph.render.settle import Settled
from lithograph.render.templates import Template
from lithograph.scenes.declaration import Scene
from lithograph.select.decisions import SILENCE, SILENT, Decision
from lithograph.select.measured import MICRO
from lithograph.speech.lexicon import Lexicon


def ledger_tables(
    forme: Forme, folder: Path, settled: Settled, covered: Covered, practice: Sequence[Template] = ()
) -> dict[str, Rows]:
    """The tables of `ledger.columns` for one build; instances and examples are read shard by shard while they are
    written, so that no more than a piece of one shard is held. practice: the templates of its practice."""
    ontology = forme.stone.ontology
    lexicons = {language: speech.lexicon for language, speech in forme.types.speech.items()}
    return {
        "axioms": _with_coverage(axiom_rows(ontology, next(iter(lexicons.values()), None)), covered),
        "nodes": _nodes(forme, lexicons),
        "scenes": _scenes(forme.scenes),
        "templates": _templates(forme, practice),
        "instances": instance_rows(folder),
        "examples": example_rows(folder),
        "decisions": pa.concat_tables([_dropped(forme), *decision_rows(forme, settled.decisions)]),
    }


def _with_coverage(axioms: pa.Table, covered: Covered) -> pa.Table:
    """The table of axioms with how many examples stand on each, and why none does."""
    reasons = pa.array([reason or None for reason in covered.reasons.tolist()], pa.string()).dictionary_encode()
    return axioms.append_column("examples", pa.array(covered.examples)).append_column("silence", reasons)


def instance_rows(folder: Path) -> Iterator[pa.Table]:
    """The ledger's rows of instances, one table a shard, as they were settled."""
    for path in sorted((folder / LEDGER).glob("settled-*.arrow")):
        yield read_aside(path)


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


CODED = 50_000
"""Nodes of a graph up to which each is given its Δ-code in the ledger; beyond, `scenes.measures.delta` makes it."""


def _nodes(forme: Forme, lexicons: Mapping[str, Lexicon]) -> pa.Table:
    graph = forme.stone.graph
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
                     "label_ru": pa.array(columns["ru"], pa.string()),
                     "information": pa.array((forme.bench.content[named] / MICRO).astype(np.float32)),
                     "delta": _codes(forme, named)})  # fmt: skip


def _codes(forme: Forme, named: NDArray[np.int32]) -> pa.Array:
    """The Δ-code of each node, as hex; null in a large graph."""
    if len(named) > CODED:
        return pa.nulls(len(named), pa.string())
    codes = forme.bench.codes()
    return pa.array([codes.code(node) for node in named.tolist()], pa.string())


def _scenes(scenes: tuple[Scene, ...]) -> pa.Table:
    declarations = [canonical_json(asdict(scene)) for scene in scenes]
    return pa.table({
        "iri": [s.iri for s in scenes], "axis": [s.axis for s in scenes], "level": [s.level for s in scenes],
        "label": [s.label.get("en", s.name) for s in scenes], "declaration": declarations,
        "hash": [sha256_hex(d) for d in declarations],
    })  # fmt: skip


def _templates(forme: Forme, practice: Sequence[Template]) -> pa.Table:
    iris = {scene.name: scene.iri for scene in forme.scenes}
    used = [*(t for t in forme.templates if t.scene_name in iris), *practice]
    return pa.table({
        "id": [t.id for t in used], "path": [f"templates/{t.path}" for t in used],
        "line": pa.array([t.line for t in used], pa.int32()), "scene": [iris.get(t.scene_name) for t in used],
        "form": [t.form for t in used], "register": [t.register for t in used],
        "language": [t.language for t in used],
        "source": ["\n".join(f"{speaker}: {text}" for speaker, text in t.turns) for t in used],
    })  # fmt: skip


def _dropped(forme: Forme) -> pa.Table:
    """What was no instance from the start, counted."""
    rows = [{"scene": scene, "move": SILENCE, "reason": reason, "outcome": SILENT, "count": count}
            for (scene, reason), count in sorted(forme.dropped.items())]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=TABLES["decisions"])


def decision_rows(forme: Forme, decisions: Sequence[Decision]) -> Iterator[pa.Table]:
    """The ledger's rows of decisions: one for each instance that is named, otherwise one with a count."""
    casts = forme.types.casts
    for d in (*forme.bounded, *decisions):
        cast = casts[d.cast]
        rows = np.array([-1]) if d.rows is None else d.rows
        named = rows >= 0
        n = len(rows)

        def ids(places: NDArray[np.int64], cast: Cast = cast) -> pa.Array:
            texts = [None if p < 0 else f"urn:litho:instance:{cast.ids[p].decode()}" for p in places.tolist()]
            return pa.array(texts, pa.string())

        def numbers(column: NDArray[Any], named: NDArray[np.bool_] = named, at: NDArray[np.int64] = rows) -> pa.Array:
            values = np.where(named, column[np.maximum(at, 0)], np.nan).astype(np.float32)
            return pa.array(values, pa.float32(), from_pandas=True)

        limit = d.threshold / MICRO if d.threshold >= 0 else None
        columns: dict[str, Any] = {
            "candidate": ids(rows), "target": ids(np.full(n, -1) if d.targets is None else d.targets),
            "count": pa.array(np.full(n, d.count if d.rows is None else d.each), pa.int64()),
            "resonance": numbers(cast.measured.resonance / MICRO), "deviation": numbers(cast.measured.deviation),
            "threshold": pa.array([limit] * n, pa.float32()),
        }  # fmt: skip
        words = {"scene": cast.scene.name, "move": d.move, "reason": d.reason, "outcome": d.outcome,
                 "language": d.language, "form": d.form, "register": d.register}  # fmt: skip
        zeros = pa.array(np.zeros(n, np.int32))
        columns |= {name: pa.DictionaryArray.from_arrays(zeros, pa.array([word], pa.string()))
                    for name, word in words.items()}  # fmt: skip
        schema = TABLES["decisions"]
        yield pa.table([columns[name] for name in schema.names], schema=schema)
