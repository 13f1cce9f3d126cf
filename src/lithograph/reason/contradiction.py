"""What the rules see that cannot be: an ontology that contradicts itself, classes without a member."""

from __future__ import annotations

from lithograph.core.vocabulary import THING
from lithograph.ontology.terms import Term
from lithograph.reason.oracle.consistency import Verdict
from lithograph.reason.status import RULES, Reasoning, prove

_THING, _NOTHING = 0, 1


def contradiction(reasoning: Reasoning) -> Verdict | None:
    """The verdict that an ontology contradicts itself, where the rules see it, with the axioms to blame."""
    table = reasoning.saturation.pairs("sub")
    impossible = table[table[:, 1] == _NOTHING, 0]
    existing = impossible[reasoning.program.is_individual(impossible) | (impossible == _THING)]
    if not len(existing):
        return None
    _, axioms = prove(reasoning, ("sub", (int(existing[0]), _NOTHING)))
    return Verdict(False, RULES, justification=tuple(sorted(set(axioms.values()))), minimal=True)


def impossible_classes(reasoning: Reasoning) -> tuple[Term, ...]:
    """The named classes that can have no member, as far as the rules see it; in the order of the terms."""
    table, program = reasoning.saturation.pairs("sub"), reasoning.program
    numbers = table[(table[:, 1] == _NOTHING) & (table[:, 0] > _NOTHING) & (table[:, 0] < 2 + program.size), 0]
    return tuple(str(program.expression(number)) for number in numbers.tolist() if program.expression(number) != THING)
