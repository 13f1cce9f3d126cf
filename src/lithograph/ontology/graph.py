"""The claim graph: what the ontology says, as sayable statements in columns. Knows nothing about how they are said.

See docs/reference/claims.md for what each OWL construct becomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.axioms import Ontology

Ints = NDArray[np.int32]


class Kind(IntFlag):
    """What an entity is used as; one IRI can be several (punning)."""

    CLASS = 1
    INDIVIDUAL = 2
    OBJECT_PROPERTY = 4
    DATA_PROPERTY = 8
    ANNOTATION_PROPERTY = 16
    DATATYPE = 32
    LITERAL = 64
    DEPRECATED = 128
    ANONYMOUS = 256


class Quantifier(IntEnum):
    """How a claim quantifies. SCHEMA: between classes or properties as such (rdfs:subClassOf, owl:disjointWith …)."""

    SCHEMA = 0
    SOME = 1  # every s r some o
    ONLY = 2  # every s r only o
    INDIVIDUAL = 3  # s r o
    VALUE = 4  # every s r the individual or literal o
    MIN = 5  # every s r at least `number` o
    MAX = 6
    EXACTLY = 7
    ANNOTATION = 8  # s is described by the text o (definitions, synonyms, comments)


class Truth(IntEnum):
    """The truth status of a claim (CONCEPTS 1), in the order of the dataset's documentation."""

    ASSERTED = 0
    ENTAILED = 1
    REFUTED = 2
    UNKNOWN = 3
    COMPUTED = 4


@dataclass(frozen=True, slots=True)
class ClaimGraph:
    """Claims in columns; a claim's id is its row. Node and relation ids are ids of `ontology.terms`.

    subject, relation, object   int32[n]
    quantifier uint8[n], negated bool[n], sign int8[n] (+1 raises, -1 lowers, 0 not causal)
    number     int32[n]   the cardinality of MIN, MAX and EXACTLY, otherwise 0
    truth      uint8[n]   Truth. Rows are ASSERTED or ENTAILED; REFUTED and UNKNOWN ones, the candidates, stand last and
                          are never a premise, nor matched by a pattern that does not ask for them
    axiom      int32[n]   the axiom row that says an asserted claim; -1 on any other
    rule       uint8[n]   0 on asserted claims, otherwise an index into `reason.rules.RULES`: LEMMA and CANDIDATE are
                          the two that are no rule, and whose rows have their evidence in `Closure.evidence`
    premises   int32[n,3] earlier rows from which the rule derives the claim, -1 where unused
    depth      int16[n]   0 on asserted claims, 1 + the greatest premise depth on derived ones; of lemmas and candidates
                          the height of their evidence's derivation
    kinds      uint16[number of terms]  Kind flags
    unprojected  OWL construct -> how many axioms of it became no claim

    Asserted claims come first, sorted by (subject, relation, object, quantifier, …); derived ones follow by depth, then
    lemmas, then candidates.
    A property's sub-properties: `narrower[relation id]` is the sorted int32 array of itself and all below it.
    """

    ontology: Ontology
    subject: Ints
    relation: Ints
    object: Ints
    quantifier: NDArray[np.uint8]
    negated: NDArray[np.bool_]
    sign: NDArray[np.int8]
    number: Ints
    truth: NDArray[np.uint8]
    axiom: Ints
    rule: NDArray[np.uint8]
    premises: Ints
    depth: NDArray[np.int16]
    kinds: NDArray[np.uint16]
    narrower: Mapping[int, Ints]
    unprojected: Mapping[str, int]
    _holds: list[NDArray[np.bool_]] = field(default_factory=list, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.subject)

    @property
    def holds(self) -> NDArray[np.bool_]:
        """Of every claim whether it is asserted or entailed; made once, not to be written into."""
        if not self._holds:
            self._holds.append(np.asarray(self.truth <= Truth.ENTAILED))
        return self._holds[0]
