"""How much of an ontology a build says: axioms by kind, entities by kind. Counts only."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lithograph.core.vocabulary import LITHO, TYPE
from lithograph.ontology.axioms import ANNOTATION_KINDS, ATOM_KINDS, Axiom, Ontology
from lithograph.ontology.graph import Kind
from lithograph.ontology.manchester import mentioned
from lithograph.ontology.project import SCENE_CLASSES
from lithograph.pipeline.forme import Forme
from lithograph.render.shards import LEDGER

Counts = dict[str, dict[str, int]]  # kind -> {"said": …, "all": …}
ENTITY_KINDS = {"classes": Kind.CLASS, "individuals": Kind.INDIVIDUAL,
                "properties": Kind.OBJECT_PROPERTY | Kind.DATA_PROPERTY}  # fmt: skip


def coverage(forme: Forme, folder: Path) -> dict[str, Counts]:
    """`axioms`: logical axioms by kind, how many stand behind an example; `entities`: those that have words, likewise.

    An entity is said where an axiom behind an example mentions it.
    """
    ontology = forme.stone.ontology
    said, own = _said_rows(ontology, folder), _own(ontology)
    heard = _mentioned(ontology, said)
    return {"axioms": _axioms(ontology, said, own), "entities": _entities(forme, heard, own)}


def _said_rows(ontology: Ontology, folder: Path) -> NDArray[np.bool_]:
    """Which axiom rows stand behind a printed instance."""
    ids: set[str] = set()
    for path in sorted((folder / LEDGER).glob("instances-*.parquet")):
        column = pq.read_table(path, columns=["axioms"]).column(0)
        ids.update(pc.unique(pc.list_flatten(column)).to_pylist())
    return np.fromiter((i in ids for i in ontology.axiom_ids()), bool, len(ontology))


def _axioms(ontology: Ontology, said: NDArray[np.bool_], own: NDArray[np.bool_]) -> Counts:
    about = np.concatenate(
        (own[ontology.atoms[:, 0]], [_all_own(axiom, ontology, own) for axiom in ontology.compounds])
    )
    kinds = [*(ATOM_KINDS[k] for k in ontology.atom_kinds.tolist()), *(axiom.kind for axiom in ontology.compounds)]
    counts: Counts = {}
    for kind, heard, aside in zip(kinds, said.tolist(), about.tolist(), strict=True):
        if kind not in ANNOTATION_KINDS and kind != "Declaration" and not aside:
            count = counts.setdefault(kind, {"said": 0, "all": 0})
            count["all"] += 1
            count["said"] += heard
    return dict(sorted(counts.items()))


def _mentioned(ontology: Ontology, said: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which terms occur in the axioms that are said."""
    heard = np.zeros(len(ontology.terms), bool)
    heard[ontology.atoms[said[: len(ontology.atoms)]].ravel()] = True
    for axiom, speaks in zip(ontology.compounds, said[len(ontology.atoms) :].tolist(), strict=True):
        if speaks:
            heard[[ontology.terms.id(term) for term in mentioned(axiom)]] = True
    return heard


def _entities(forme: Forme, heard: NDArray[np.bool_], own: NDArray[np.bool_]) -> Counts:
    kinds = forme.stone.graph.kinds
    ids = np.flatnonzero(kinds & ~np.uint16(Kind.LITERAL | Kind.ANONYMOUS)).astype(np.int32)
    worded = np.zeros(len(kinds), bool)
    for speech in forme.types.speech.values():
        worded[ids] |= speech.lexicon.speakable(ids)
    out: Counts = {}
    for name, kind in ENTITY_KINDS.items():
        these = worded & ((kinds & np.uint16(kind)) > 0) & ~own
        if these.any():
            out[name] = {"said": int((these & heard).sum()), "all": int(these.sum())}
    return out


def _own(ontology: Ontology) -> NDArray[np.bool_]:
    """Terms of the vocabulary itself and of declared scenes: they are not what an ontology is about."""
    ids, texts = ontology.terms.ids, ontology.terms.texts
    out = np.zeros(len(texts), bool)
    out[bisect_left(texts, LITHO) : bisect_left(texts, LITHO + chr(0x10FFFF))] = True
    machinery = [ids[iri] for iri in SCENE_CLASSES if iri in ids]
    typed = (ontology.atoms[:, 1] == ids.get(TYPE, -1)) & np.isin(ontology.atoms[:, 2], machinery)
    out[ontology.atoms[typed, 0]] = True
    return out


def _all_own(axiom: Axiom, ontology: Ontology, own: NDArray[np.bool_]) -> bool:
    return all(own[ontology.terms.id(term)] for term in mentioned(axiom))
