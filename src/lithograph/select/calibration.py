"""What depends on the whole of an ontology, computed once and kept: a file beside the dataset.

Information content, relation counts, medians and thresholds move with every axiom. So that one edit does not move
every number of a dataset, they are kept from build to build; making them anew is asked for, and each build says how
far the ontology has drifted from them since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.ontology.graph import ClaimGraph, Ints
from lithograph.scenes.measures.information import descendants, information_content, nodes_of
from lithograph.scenes.measures.resonance import coupling_weights, relation_counts
from lithograph.select.mixture import Threshold

FILE_NAME = "calibration.json"
VERSION = 1


class BadCalibration(LithographError):
    """A calibration file that cannot be used."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, f"this is no calibration: {problem}",
                         cure="Take it away, or press with --recalibrate.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calibration:
    """The numbers of one ontology as a whole (CONCEPTS 3), by IRI.

    ontology: the version they were computed from. nodes, edges: |V| and |E| of its claim graph. relations: n_r, the
    claims of each relation. descendants: inferred descendants of each node that has any. spread: scene -> median and
    MAD of density, in millionths. thresholds: scene -> "register language" -> threshold, set for `budgets`. factors:
    what results on development probes made of the weights.
    """

    ontology: str
    nodes: int
    edges: int
    relations: Mapping[str, int]
    descendants: Mapping[str, int]
    spread: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    thresholds: Mapping[str, Mapping[str, Threshold]] = field(default_factory=dict)
    budgets: str = ""
    factors: Mapping[str, float] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """Hex hash of all of it."""
        return sha256_hex(canonical_json(asdict(self)))

    @classmethod
    def of(cls, graph: ClaimGraph) -> Calibration:
        """The numbers of a claim graph; no scene has been looked at yet."""
        texts, counts, below = graph.ontology.terms.texts, relation_counts(graph), descendants(graph)
        used, inner = np.flatnonzero(counts), np.flatnonzero(below)
        return cls(
            graph.ontology.version, int(nodes_of(graph).sum()), int(counts.sum()),
            {texts[i]: int(counts[i]) for i in used.tolist()}, {texts[i]: int(below[i]) for i in inner.tolist()},
        )  # fmt: skip

    def content(self, graph: ClaimGraph) -> Ints:
        """Information content of every term, in millionths; a term that was not there yet counts as a leaf."""
        return information_content(_column(graph, self.descendants), self.nodes)

    def weights(self, graph: ClaimGraph) -> Ints:
        """Coupling weight of every claim, in millionths."""
        return coupling_weights(graph, self.content(graph), _column(graph, self.relations), self.edges)

    def drift(self, graph: ClaimGraph) -> float:
        """How far a graph has drifted: the share of nodes and relations whose count is another than it was."""
        now = Calibration.of(graph)
        changed = sum(
            len({k for k in {*old, *new} if old.get(k, 0) != new.get(k, 0)})
            for old, new in ((self.descendants, now.descendants), (self.relations, now.relations))
        )  # fmt: skip
        return changed / max(now.nodes + len(now.relations), 1)

    def with_scenes(self, spread: Mapping[str, tuple[int, int]]) -> Calibration:
        """With median and MAD of scenes that it has none of yet."""
        return replace(self, spread=dict(sorted({**spread, **self.spread}.items())))

    def with_thresholds(self, thresholds: Mapping[str, Mapping[str, Threshold]], budgets: str) -> Calibration:
        """With other thresholds."""
        return replace(self, thresholds=thresholds, budgets=budgets)

    def text(self) -> str:
        """As its file holds it."""
        table = {"version": VERSION, **asdict(self)}
        return json.dumps(table, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _column(graph: ClaimGraph, counts: Mapping[str, int]) -> NDArray[np.int64]:
    """Counts by IRI as a column over the terms of a graph."""
    ids = graph.ontology.terms.ids
    out = np.zeros(len(graph.ontology.terms), np.int64)
    known = [(ids[iri], count) for iri, count in counts.items() if iri in ids]
    if known:
        places, values = zip(*known, strict=True)
        out[list(places)] = values
    return out


def read_calibration(path: Path) -> Calibration:
    """A calibration from its file. Raises BadCalibration."""
    try:
        table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if table.pop("version") != VERSION:
            raise BadCalibration(path, "it is of another version of this program")
        table["spread"] = {name: (int(m), int(d)) for name, (m, d) in table["spread"].items()}
        table["thresholds"] = {scene: {manner: Threshold(*pair) for manner, pair in cells.items()}
                               for scene, cells in table["thresholds"].items()}  # fmt: skip
        return Calibration(**table)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadCalibration(path, str(error) or type(error).__name__) from None
