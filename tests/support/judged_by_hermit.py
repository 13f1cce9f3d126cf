"""A judge of claims in question for tests: HermiT alone says what is entailed, refuted or unknown.

The derivation of a refutation is one step, from the axioms of a justification to the contradiction.
"""

from __future__ import annotations

from collections.abc import Sequence

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.graph import Truth
from lithograph.reason.candidates import Statuses
from lithograph.reason.closure import Closure
from lithograph.reason.evidence import ASSERTED, PRESUPPOSED, SUPPOSED, Derivation, Evidence
from lithograph.reason.oracle.ask import ask, justify

BY = "HermiT 1.3.8"


def judge(closure: Closure) -> Statuses:
    """HermiT as the one who knows the status of claims about an ontology."""
    ontology = closure.graph.ontology

    def statuses(axioms: Sequence[Axiom]) -> list[Evidence]:
        answers = ask(ontology, axioms)
        proved = [axiom for axiom, answer in zip(axioms, answers, strict=True) if answer.refuted or answer.entailed]
        rows = {axiom: found.rows for axiom, found in zip(proved, justify(ontology, proved), strict=True)}
        out = []
        for axiom, answer in zip(axioms, answers, strict=True):
            if answer.entailed is None or answer.refuted is None:
                out.append(Evidence(None, BY, why=answer.why))
            elif answer.entailed or answer.refuted:
                proof = derivation(ontology, axiom, rows[axiom], refuted=bool(answer.refuted))
                truth = Truth.REFUTED if answer.refuted else Truth.ENTAILED
                out.append(Evidence(truth, BY, proof, rows[axiom], extent=answer.extent))
            else:
                out.append(Evidence(Truth.UNKNOWN, BY))
        return out

    return statuses


def derivation(ontology: Ontology, claim: Axiom, rows: Sequence[int], *, refuted: bool) -> Derivation:
    """One step from axioms to a claim, or from the claim and axioms to a contradiction."""
    leaves = tuple(Derivation(ontology.axiom(row), ASSERTED, (), row) for row in rows)
    if not refuted:
        return Derivation(claim, "HermiT", leaves)
    supposed = (Derivation(claim, SUPPOSED),)
    if claim.kind == "SubClassOf":
        subject = claim.operands[0]
        supposed = (Derivation(Axiom("SubClassOf", (subject, subject)), PRESUPPOSED), *supposed)
        return Derivation(Axiom("SubClassOf", (subject, v.NOTHING)), "HermiT", (*supposed, *leaves))
    subject = claim.operands[1]
    return Derivation(Axiom("ClassAssertion", (v.NOTHING, subject)), "HermiT", (*supposed, *leaves))
