"""The rules of the hierarchy closure, as data. Knows nothing about how they are applied.

Each rule names its source: a rule of the OWL 2 RL profile (https://www.w3.org/TR/owl2-profiles/, tables 4 to 9)
or, where it speaks of `every … some …`, the completion rules of EL (Baader, Brandt & Lutz 2005, "Pushing the EL
envelope", CR1 to CR11).
"""

from __future__ import annotations

from dataclasses import dataclass

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import Quantifier
from lithograph.reason.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """From claims that match `body` follows the claim `head` (its `q` and `number` carry over by variable).

    about: "class" or "member" where the subject of the conclusion must be one (a member: an individual that is no
    class). `every x r some y` is said of both, and an IRI that is both is read as the class.
    linear: the second premise is no conclusion of the rule itself, so that a chain is climbed link by link and the
    height of a proof counts the links. Nothing is lost: a conclusion of the rule is itself a chain of such links.
    """

    name: str
    source: str
    body: tuple[Pattern, ...]
    head: Pattern
    about: str = "any"
    linear: bool = False


OF_MEMBERS = (Quantifier.SOME, Quantifier.ONLY, Quantifier.MIN, Quantifier.MAX, Quantifier.EXACTLY)
RESTRICTIONS = (*OF_MEMBERS, Quantifier.VALUE)
TRANSITIVE, SYMMETRIC = v.OWL + "TransitiveProperty", v.OWL + "SymmetricProperty"


def _sub(a: str, b: str) -> Pattern:
    return Pattern(a, v.SUBCLASS_OF, b, (Quantifier.SCHEMA,))


def _type(a: str, b: str) -> Pattern:
    return Pattern(a, v.TYPE, b, (Quantifier.INDIVIDUAL,))


def _schema(a: str, relation: str, b: str) -> Pattern:
    return Pattern(a, relation, b, (Quantifier.SCHEMA,))


def _some(a: str, r: str, b: str) -> Pattern:
    return Pattern(a, r, b, (Quantifier.SOME,))


def _fact(a: str, r: str, b: str) -> Pattern:
    return Pattern(a, r, b, (Quantifier.INDIVIDUAL,))


def _restriction(a: str, quantifiers: tuple[Quantifier, ...] = RESTRICTIONS) -> Pattern:
    return Pattern(a, "?r", "?d", quantifiers, q="?q", number="?n")


RULES: tuple[Rule, ...] = (
    Rule("asserted", "an axiom of the ontology", (), Pattern("?a", "?r", "?b")),
    Rule("equivalent classes are subclasses", "scm-eqc1", (_schema("?a", v.EQUIVALENT_CLASS, "?b"),), _sub("?a", "?b")),
    Rule("equivalent classes are superclasses", "scm-eqc1", (_schema("?a", v.EQUIVALENT_CLASS, "?b"),),
         _sub("?b", "?a")),
    Rule("subclass of a subclass", "scm-sco", (_sub("?a", "?b"), _sub("?b", "?c")), _sub("?a", "?c"), linear=True),
    Rule("member of a subclass", "cax-sco", (_type("?x", "?a"), _sub("?a", "?b")), _type("?x", "?b")),
    Rule("sub-property of a sub-property", "scm-spo",
         (_schema("?r", v.SUBPROPERTY_OF, "?s"), _schema("?s", v.SUBPROPERTY_OF, "?t")),
         _schema("?r", v.SUBPROPERTY_OF, "?t"), linear=True),
    Rule("equivalent properties are sub-properties", "scm-eqp1", (_schema("?r", v.EQUIVALENT_PROPERTY, "?s"),),
         _schema("?r", v.SUBPROPERTY_OF, "?s")),
    Rule("equivalent properties are super-properties", "scm-eqp1", (_schema("?r", v.EQUIVALENT_PROPERTY, "?s"),),
         _schema("?s", v.SUBPROPERTY_OF, "?r")),
    Rule("inherited from a superclass", "CR1", (_sub("?a", "?b"), _restriction("?b")), _restriction("?a")),
    Rule("the filler's superclass", "CR3 (some), scm-avf1 (only)",
         (_restriction("?a", (Quantifier.SOME, Quantifier.ONLY)), _sub("?d", "?e")),
         Pattern("?a", "?r", "?e", (Quantifier.SOME, Quantifier.ONLY), q="?q", number="?n")),
    Rule("the super-property, every some", "CR10", (_some("?a", "?r", "?b"), _schema("?r", v.SUBPROPERTY_OF, "?s")),
         _some("?a", "?s", "?b")),
    Rule("the super-property, between individuals", "prp-spo1",
         (_fact("?x", "?r", "?y"), _schema("?r", v.SUBPROPERTY_OF, "?s")), _fact("?x", "?s", "?y")),
    Rule("transitive, every some", "CR11",
         (_some("?a", "?r", "?b"), _some("?b", "?r", "?c"), _schema("?r", v.TYPE, TRANSITIVE)),
         _some("?a", "?r", "?c"), linear=True),
    Rule("transitive, between individuals", "prp-trp",
         (_fact("?x", "?r", "?y"), _fact("?y", "?r", "?z"), _schema("?r", v.TYPE, TRANSITIVE)),
         _fact("?x", "?r", "?z"), linear=True),
    Rule("symmetric", "prp-symp", (_fact("?x", "?r", "?y"), _schema("?r", v.TYPE, SYMMETRIC)),
         _fact("?y", "?r", "?x")),
    Rule("inverse", "prp-inv1", (_fact("?x", "?r", "?y"), _schema("?r", v.INVERSE_OF, "?s")), _fact("?y", "?s", "?x")),
    Rule("inverse, read backwards", "prp-inv2", (_fact("?x", "?r", "?y"), _schema("?s", v.INVERSE_OF, "?r")),
         _fact("?y", "?s", "?x")),
    Rule("domain, every some", "CR with domains (Baader, Brandt & Lutz 2008)",
         (_some("?a", "?r", "?b"), _schema("?r", v.DOMAIN, "?c")), _sub("?a", "?c"), "class"),
    Rule("domain, of a member", "prp-dom with an unnamed object",
         (_some("?x", "?r", "?b"), _schema("?r", v.DOMAIN, "?c")), _type("?x", "?c"), "member"),
    Rule("domain", "prp-dom", (_fact("?x", "?r", "?y"), _schema("?r", v.DOMAIN, "?c")), _type("?x", "?c")),
    Rule("range", "prp-rng", (_fact("?x", "?r", "?y"), _schema("?r", v.RANGE, "?c")), _type("?y", "?c")),
    Rule("a member has what its class has", "cls-svf1 read forwards, cls-avf",
         (_type("?x", "?a"), _restriction("?a", OF_MEMBERS)),
         _restriction("?x", OF_MEMBERS), "member"),
    Rule("a member has its class's value", "cls-hv1",
         (_type("?x", "?a"), Pattern("?a", "?r", "?d", (Quantifier.VALUE,))), _fact("?x", "?r", "?d")),
    Rule("lemma", "another calculus, with evidence of its own", (), Pattern("?a", "?r", "?b")),
    Rule("candidate", "no rule: a claim in question, with evidence of its own", (), Pattern("?a", "?r", "?b")),
)  # fmt: skip
"""Rule 0 stands for the axioms themselves; `ClaimGraph.rule` holds indices into this tuple."""

LEMMA, CANDIDATE = len(RULES) - 2, len(RULES) - 1
"""The two that are no rules: what stands behind such a claim is in `Closure.evidence`."""
