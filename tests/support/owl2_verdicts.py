"""What the rules and the oracle say of a W3C test case, and whether that is what the case asks.

An outcome is "passed"; "missed" where what should be found is not found; "wrong" where what is found must not be;
"no reading" where no question can be made. Of the rules nothing more is asked than silence where nothing should be
found; the oracle has to decide. Where two models say of a conclusion that it is unknown, that is wrong too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from owl2_cases import CONCLUSION, NON_CONCLUSION, PREMISE, Case, ontology_of_part
from owl2_conclusions import Claim, NoReading, claims_of
from tried_afresh import ontology_of

from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.graph import Truth
from lithograph.reason.contradiction import contradiction
from lithograph.reason.oracle.consistency import consistency
from lithograph.reason.status import UNSATISFIABLE, Reasoning, statuses

PASSED, MISSED, WRONG, NO_READING = "passed", "missed", "wrong", "no reading"
SECONDS = 30.0
"""How long the oracle may take for one question."""

Outcomes = dict[str, str]
"""Kind of test -> outcome."""
Follows = Callable[[Ontology, Sequence[Claim]], bool | None]
Contradicts = Callable[[Ontology], bool | None]


def by_rules(case: Case, folder: Path) -> Outcomes:
    """The outcomes of a case by the rules, no oracle asked. Every proof is checked on the way."""
    premise = ontology_of_part(case, PREMISE, folder)
    reasoning = Reasoning.of(premise)
    broken = contradiction(reasoning) is not None

    def follows(ontology: Ontology, claims: Sequence[Claim]) -> bool | None:
        return True if broken else _all(_rules_say(reasoning, claims))

    return _outcomes(case, folder, premise, broken, follows, silent=True)


def _all(said: Sequence[bool | None]) -> bool | None:
    return False if False in said else None if None in said else True


_SAID = {Truth.ASSERTED: True, Truth.ENTAILED: True, Truth.REFUTED: False, Truth.UNKNOWN: False, None: None}


def _rules_say(reasoning: Reasoning, claims: Sequence[Claim]) -> list[bool | None]:
    """Whether each claim follows by the rules; None where neither they nor two models decide it."""
    plain = [claim.says for claim in claims if not claim.given]
    found = [True if e.why == UNSATISFIABLE else _SAID[e.truth] for e in (statuses(reasoning, plain) if plain else [])]
    for claim in claims:
        if claim.given:
            more = Reasoning.of(extended(reasoning.ontology, claim.given))
            found += _rules_say(more, [Claim(claim.says)]) if contradiction(more) is None else [True]
    return found


def by_oracle(case: Case, folder: Path) -> Outcomes:
    """The outcomes of a case by the oracle: a claim follows where its denial contradicts the premise."""
    premise = ontology_of_part(case, PREMISE, folder)
    broken = oracle_says(premise)

    def follows(ontology: Ontology, claims: Sequence[Claim]) -> bool | None:
        said = [oracle_says(extended(ontology, claim.denial)) for claim in claims]
        return True if broken else _all(said)

    return _outcomes(case, folder, premise, broken, follows, silent=False)


def oracle_says(ontology: Ontology) -> bool | None:
    """Whether an ontology contradicts itself; None where the oracle does not decide it, or not about all of it."""
    verdict = consistency(ontology, explain=False, seconds=SECONDS)
    return None if verdict.consistent is None or (verdict.consistent and verdict.skipped) else not verdict.consistent


def concludes_nothing(case: Case, folder: Path) -> bool:
    """Whether a positive entailment has nothing to conclude but annotations and declarations."""
    return case.asks("PositiveEntailment") and not claims_of(ontology_of_part(case, CONCLUSION, folder))


def extended(ontology: Ontology, axioms: Sequence[Axiom]) -> Ontology:
    """An ontology with some axioms more."""
    return ontology_of(*(ontology.axiom(row) for row in range(len(ontology))), *axioms, rules=ontology.rules)


def _outcomes(
    case: Case, folder: Path, premise: Ontology, broken: bool | None, follows: Follows, *, silent: bool
) -> Outcomes:  # fmt: skip
    out: Outcomes = {}
    if case.asks("Consistency"):
        out["Consistency"] = _outcome(False, broken or (None if silent else broken), silent)
    if case.asks("Inconsistency"):
        out["Inconsistency"] = _outcome(True, broken or (None if silent else broken), silent)
    for kind, part, wanted in (("PositiveEntailment", CONCLUSION, True), ("NegativeEntailment", NON_CONCLUSION, False)):
        if case.asks(kind):
            try:
                claims = claims_of(ontology_of_part(case, part, folder))
                out[kind] = _outcome(wanted, follows(premise, claims), silent)
            except NoReading:
                out[kind] = NO_READING
    return out


def _outcome(wanted: bool, found: bool | None, silent: bool) -> str:
    """silent: whether not finding anything is all that can be asked where nothing is to be found."""
    if found is wanted or (silent and found is None and not wanted):
        return PASSED
    return MISSED if found is None else WRONG


__all__ = [
    "MISSED",
    "NO_READING",
    "PASSED",
    "WRONG",
    "Outcomes",
    "by_oracle",
    "by_rules",
    "concludes_nothing",
    "oracle_says",
]
