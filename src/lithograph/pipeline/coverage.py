"""How much of an ontology a build says: axioms and entities by kind, examples by axiom; why an axiom is never said.

All examples are counted, those that the filter chose and practice, so every sum here is the number of rows of the
dataset or of the axioms of the ontology.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from lithograph.core.vocabulary import LITHO, TYPE
from lithograph.ontology.axioms import ANNOTATION_KINDS, ATOM_KINDS, Axiom, Ontology
from lithograph.ontology.graph import Kind
from lithograph.ontology.manchester import mentioned
from lithograph.ontology.project import SCENE_CLASSES
from lithograph.pipeline.forme import Forme
from lithograph.probes.practice import Practised
from lithograph.render.metadata import truth_and_depth
from lithograph.render.pieces import LEDGER, read_aside
from lithograph.render.settle import Settled

Counts = dict[str, dict[str, int]]  # kind -> {"said": …, "all": …}
ENTITY_KINDS = {"classes": Kind.CLASS, "individuals": Kind.INDIVIDUAL,
                "properties": Kind.OBJECT_PROPERTY | Kind.DATA_PROPERTY}  # fmt: skip


def told(forme: Forme, settled: Settled, practice: Practised, covered: Covered, folder: Path) -> dict[str, Any]:
    """As the build report holds it. folder: where the build's instances are set aside, those of practice too."""
    return {
        **coverage(forme, folder), "never": covered.silences(), "said": int((covered.examples > 0).sum()),
        "relations": by_relation(forme, settled, practice), "depths": by_depth(forme, settled, practice),
        "templates": by_template(forme, settled, practice),
    }  # fmt: skip


def coverage(forme: Forme, folder: Path) -> dict[str, Counts]:
    """`axioms`: logical axioms by kind, how many stand behind an example; `entities`: those that have words, likewise.

    An entity is said where an axiom behind an example mentions it.
    """
    ontology = forme.stone.ontology
    said, own = _said_rows(ontology, folder), _own(ontology)
    heard = _mentioned(ontology, said)
    return {"axioms": _axioms(ontology, said, own), "entities": _entities(forme, heard, own)}


@dataclass(frozen=True, slots=True)
class Covered:
    """Of every axiom row how many examples stand on it, and where none does the reason why; empty where one does."""

    examples: NDArray[np.int64]
    reasons: NDArray[np.object_]

    def silences(self) -> dict[str, int]:
        """Reason -> how many axioms are never said for it. Together with those that are said they are all."""
        return dict(sorted(Counter(reason for reason in self.reasons.tolist() if reason).items()))


NOTE, DECLARED, OWN = "a note or a label", "a declaration", "what the vocabulary says of itself, or a scene"
NO_CLAIM, NO_SCENE = "it became no claim", "no scene that is on finds its claim"
LOST = "every print of it was merged, dead or below its threshold"


def axiom_coverage(forme: Forme, settled: Settled, practice: Practised) -> Covered:
    """Examples by axiom row, and why the others have none: the first of the reasons that holds, in the order above;
    before LOST, what kept the instances that rest on it from being said in any language."""
    ontology, graph, casts = forme.stone.ontology, forme.stone.graph, forme.types.casts
    examples, seen = np.zeros(len(ontology), np.int64), np.zeros(len(ontology), bool)
    mute = np.full(len(ontology), "", object)
    for number, cast in enumerate(casts):
        printed = np.bincount(settled.marks["row"][settled.marks["cast"] == number], minlength=len(cast))
        owner = np.repeat(np.arange(len(cast)), np.diff(cast.axioms.offsets))
        rows = cast.axioms.values
        examples += np.bincount(rows, printed[owner], minlength=len(ontology)).astype(np.int64)
        seen[rows] = True
        for voice in cast.voices.values():
            for code in np.unique(voice.reason[~voice.says]).tolist():
                mine = rows[(voice.reason == code)[owner]]
                mute[mine] = np.where(mute[mine] == "", voice.reasons[code], mute[mine])
    examples += _practised(ontology, practice)
    claimed = np.zeros(len(ontology), bool)
    claimed[graph.axiom[graph.axiom >= 0]] = True
    notes, declared, own = _by_kind(ontology)
    reasons = np.where(mute != "", mute, LOST)
    for why, mine in ((NO_SCENE, ~seen), (NO_CLAIM, ~claimed), (OWN, own), (DECLARED, declared),
                      (NOTE, notes & ~claimed), ("", examples > 0)):  # fmt: skip
        reasons[mine] = why
    return Covered(examples, reasons)


def _practised(ontology: Ontology, practice: Practised) -> NDArray[np.int64]:
    """Of every axiom row how many questions of practice rest on it."""
    found = pc.value_counts(pc.list_flatten(practice.examples["axioms"])).to_pylist()
    counts = {one["values"]: one["counts"] for one in found}
    return np.fromiter((counts.get(axiom, 0) for axiom in ontology.axiom_ids()), np.int64, len(ontology))


def _by_kind(ontology: Ontology) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Of every axiom row whether it is a note, a declaration, of the vocabulary's own."""
    own = _own(ontology)
    about = np.concatenate(
        (own[ontology.atoms[:, 0]], np.array([_all_own(axiom, ontology, own) for axiom in ontology.compounds], bool))
    )
    kinds = [*(ATOM_KINDS[k] for k in ontology.atom_kinds.tolist()), *(axiom.kind for axiom in ontology.compounds)]
    notes = np.array([kind in ANNOTATION_KINDS for kind in kinds], bool)
    return notes, np.array([kind == "Declaration" for kind in kinds], bool), np.asarray(about, bool)


def by_relation(forme: Forme, settled: Settled, practice: Practised) -> dict[str, int]:
    """Relation of the first claim -> how many examples make it or ask about it, the most first."""
    graph, out = forme.stone.graph, Counter[str](practice.relations)
    texts = graph.ontology.terms.texts
    for number, cast in enumerate(forme.types.casts):
        printed = np.bincount(settled.marks["row"][settled.marks["cast"] == number], minlength=len(cast))
        first = cast.instances.claims.values[cast.instances.claims.offsets[:-1]]
        counts = np.bincount(graph.relation[first], printed, minlength=len(texts))
        for relation in np.flatnonzero(counts).tolist():
            out[texts[relation]] += int(counts[relation])
    return dict(sorted(out.items(), key=lambda item: (-item[1], item[0])))


def by_depth(forme: Forme, settled: Settled, practice: Practised) -> dict[str, int]:
    """Depth of the reasoning -> how many examples have it."""
    out: Counter[int] = Counter(practice.examples["depth"].to_pylist())
    for number, cast in enumerate(forme.types.casts):
        deep, _ = truth_and_depth(forme.stone.graph, cast, np.arange(len(cast)))
        out.update(deep[settled.marks["row"][settled.marks["cast"] == number]].tolist())
    return {str(depth): out[depth] for depth in sorted(out)}


def by_template(forme: Forme, settled: Settled, practice: Practised) -> dict[str, int]:
    """Template -> how many examples it printed or asked, the most first."""
    counts = np.bincount(settled.marks["plate"], minlength=len(forme.templates)).tolist()
    found: Counter[str] = Counter(practice.examples["template"].to_pylist())
    for template, count in zip(forme.templates, counts, strict=True):
        found[template.id] += count  # one wording can stand under several scenes of a file
    return dict(sorted((+found).items(), key=lambda item: (-item[1], item[0])))


def _said_rows(ontology: Ontology, folder: Path) -> NDArray[np.bool_]:
    """Which axiom rows stand behind a printed instance."""
    ids: set[str] = set()
    for path in sorted((folder / LEDGER).glob("settled-*.arrow")):
        column = read_aside(path)["axioms"]
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
