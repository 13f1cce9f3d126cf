"""Proofs in numbers to proofs of OWL axioms. Knows nothing about engines or words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression, axiom_in_order
from lithograph.ontology.terms import is_literal
from lithograph.reason.calculus.deduction import Ground, Step
from lithograph.reason.calculus.program import Program
from lithograph.reason.calculus.statements import ONE
from lithograph.reason.evidence import ASSERTED, SUPPOSED, Derivation

UNPACKING = frozenset({
    "one of several conditions", "another of several conditions", "some", "only", "at least one", "a fact", "itself",
    "one of those counted", "one of those wanted", "one of those wanted, a fact",
})  # fmt: skip
"""Rules that only take apart what was said: normalisation, no step of reasoning of its own."""

GATHERING = frozenset({"all conditions met", "one of the alternatives", "another of the alternatives"})
"""Rules that put a list together two by two: said as one step for the whole list."""


@dataclass(slots=True)
class Teller:
    """Reads steps back as axioms.

    axioms: leaf -> the axiom row that says it. alias: the number of a meet that a claim is refuted on -> the claim's
    subject, and what is supposed of it.
    """

    program: Program
    axioms: Mapping[Ground, int]
    alias: Mapping[int, tuple[Expression, Expression]] = field(default_factory=dict)
    _told: dict[Ground, tuple[Derivation, ...]] = field(default_factory=dict)

    def tell(self, step: Step) -> tuple[Derivation, ...]:
        """The derivation that a step is; nothing where it says nothing new, its parts where no axiom can say it."""
        if step.says not in self._told:
            self._told[step.says] = self._tell(step)
        return self._told[step.says]

    def _tell(self, step: Step) -> tuple[Derivation, ...]:
        if not step.rule:
            row = self.axioms.get(step.says)
            return (
                ()
                if row is None
                else (Derivation(axiom_in_order(self.program.ontology.axiom(row)), ASSERTED, axiom=row),)
            )
        parts = tuple(dict.fromkeys(part for premise in step.premises for part in self.tell(premise)))
        says = self._axiom(step.says)
        if says is None:
            return parts
        if not parts:
            return (Derivation(says, SUPPOSED),) if self._is_supposed(step.says) else ()
        if any(part.says == says for part in parts):
            return tuple(part for part in parts if part.says == says)
        if step.rule in UNPACKING and len(parts) == 1 and parts[0].premises:
            return (Derivation(says, parts[0].rule, parts[0].premises),)
        if step.rule in GATHERING:
            whole = (part.premises if part.rule in GATHERING else (part,) for part in parts)
            return (Derivation(says, step.rule, tuple(dict.fromkeys(p for some in whole for p in some))),)
        return (Derivation(says, step.rule, parts),)

    def _is_supposed(self, says: Ground) -> bool:
        name, numbers = says
        return name == "sub" and numbers[0] in self.alias and self._class(numbers[1]) == readable(
            self.alias[numbers[0]][1])  # fmt: skip

    def _axiom(self, says: Ground) -> Axiom | None:
        """What a statement says as an axiom; None for what no reader needs to be told."""
        name, numbers = says
        if name == "sub":
            return self._subclass(*numbers)
        if name in ("some", "only"):
            return self._related(name, *numbers)
        if name == "role" and numbers[0] != numbers[1]:
            r, s = (self.program.expression(n) for n in numbers)
            return Axiom("SubObjectPropertyOf", (r, s))
        return None

    def _subclass(self, low: int, high: int) -> Axiom | None:
        subject = self._subject(low)
        if low == high or high == 0 or subject == self.program.expression(high):
            return None
        above = self.program.expression(high)
        if not (isinstance(subject, tuple) and subject[0] == ONE):
            return Axiom("SubClassOf", (readable(subject), self._class(high)))
        if isinstance(above, tuple) and above[0] == ONE and not is_literal(str(above[1])):
            return Axiom("SameIndividual", (subject[1], above[1]))
        return Axiom("ClassAssertion", (self._class(high), subject[1]))

    def _related(self, name: str, low: int, relation: int, filler: int) -> Axiom:
        subject, r, e = self._subject(low), self.program.expression(relation), self.program.expression(filler)
        alone = isinstance(subject, tuple) and subject[0] == ONE
        if alone and name == "some" and isinstance(e, tuple) and e[0] == ONE:
            kind = "DataPropertyAssertion" if is_literal(str(e[1])) else "ObjectPropertyAssertion"
            return Axiom(kind, (r, subject[1], e[1]))  # type: ignore[index]
        head = "ObjectSomeValuesFrom" if name == "some" else "ObjectAllValuesFrom"
        made = readable((head, r, e))
        return Axiom("ClassAssertion", (made, subject[1])) if alone else Axiom(  # type: ignore[index]
            "SubClassOf", (readable(subject), made))  # fmt: skip

    def _subject(self, number: int) -> Expression:
        return self.alias[number][0] if number in self.alias else self.program.expression(number)

    def _class(self, number: int) -> Expression:
        return readable(self.program.expression(number))


def readable(expression: Expression) -> Expression:
    """A normal expression as OWL would write it: pairs as lists, single individuals as values, data as data.

    >>> readable(("ObjectSomeValuesFrom", "r", ("ObjectOneOf", "a")))
    ('ObjectHasValue', 'r', 'a')
    """
    if not isinstance(expression, tuple):
        return expression
    head, *rest = expression
    if head in ("ObjectIntersectionOf", "ObjectUnionOf"):
        parts: list[Expression] = []
        for part in map(readable, rest):
            parts += part[1:] if isinstance(part, tuple) and part[0] == head else [part]
        singles = [p[1] for p in parts if isinstance(p, tuple) and p[0] in (ONE, "DataOneOf")]
        if head == "ObjectUnionOf" and len(singles) == len(parts):
            return (_of(ONE, singles[0]), *singles)
        return (_of(str(head), parts[0]), *parts)
    inner = [e if i == 0 and head != "ObjectComplementOf" else readable(e) for i, e in enumerate(rest)]
    if head == ONE:
        return (_of(ONE, rest[0]), rest[0])
    filler = inner[-1]
    if head == "ObjectSomeValuesFrom" and isinstance(filler, tuple) and filler[0] in (ONE, "DataOneOf") and (
        len(filler) == 2):  # fmt: skip
        return ("DataHasValue" if filler[0] == "DataOneOf" else "ObjectHasValue", inner[0], filler[1])
    if head in ("ObjectMinCardinality", "ObjectMaxCardinality") and filler == v.THING:
        return (head, *inner[:-1])
    return (_of(str(head), filler), *inner)


def _of(head: str, filler: Expression) -> str:
    """The data construct where the filler is a data range."""
    data = isinstance(filler, str) and (is_literal(filler) or filler.startswith((v.XSD, v.RDF + "PlainLiteral")))
    data |= isinstance(filler, tuple) and str(filler[0]).startswith("Data")
    return head.replace("Object", "Data", 1) if data and not head.startswith("ObjectInverse") else head
