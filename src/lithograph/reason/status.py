"""The truth status of claims, each with its evidence: rules first, then two models, then the oracle.

    reasoning = Reasoning.of(ontology)
    statuses(reasoning, [Axiom("SubClassOf", (PUMP, DEVICE))])[0].truth

entailed: a proof by the rules, from a minimal set of axioms, every step checked again. refuted: a proof that the claim,
supposed, leads to a contradiction. unknown: two models that an independent checker passed, or the word of the DL oracle
that neither follows. What only the oracle knows to be entailed or refuted carries its justification and no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression, Ontology, axiom_in_order
from lithograph.ontology.graph import Truth
from lithograph.reason.calculus.deduction import Ground, Step, check, shortest
from lithograph.reason.calculus.engine import ROUNDS, Saturation, saturate
from lithograph.reason.calculus.program import Program
from lithograph.reason.calculus.retell import Teller, readable
from lithograph.reason.calculus.statements import THING, Outside, holds_by_form, normal, one, said_by
from lithograph.reason.calculus.translate import program_of
from lithograph.reason.evidence import PRESUPPOSED, Derivation, Evidence, Extent
from lithograph.reason.models.certify import two_models
from lithograph.reason.oracle.answers import Answer

Ask = Callable[[Sequence[Axiom]], Sequence[Answer]]
"""The oracle, with its bounds and its cache: answers to claims, in their order."""
Unknown = Callable[[Ontology, Axiom], bool]
"""Whether two models show that a claim is unknown."""


def two_found(ontology: Ontology, claim: Axiom) -> bool:
    """Whether two models are found by looking for them."""
    return two_models(ontology, claim) is not None


RULES, MODELS, AXIOM = "the rules", "two models", "an axiom"
BY_CASES = 4
"""Of so many claims at most the rules try every case: each takes the engine seconds."""

MEMBERS = 4
"""How many known members of a class are tried for `not every`."""

UNSATISFIABLE = "its subject can have no member"
MEMBER = "_:member"
"""The presupposed member of a claim's subject, in proofs."""


@dataclass(slots=True)
class Reasoning:
    """An ontology with what follows from it by the rules; further claims are asked of it.

    ask: the oracle; None where nobody is asked (`oracle = "off"`), then fewer claims are unknown. unknown: who looks
    for two models.
    """

    ontology: Ontology
    saturation: Saturation
    ask: Ask | None = None
    unknown: Unknown = two_found
    _asserted: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: Ontology, ask: Ask | None = None, unknown: Unknown = two_found) -> Reasoning:
        """Saturate an ontology."""
        return cls(ontology, saturate(program_of(ontology)), ask, unknown)

    @property
    def program(self) -> Program:
        """The statements of the ontology and of the claims asked so far."""
        return self.saturation.program

    def row(self, claim: Axiom) -> int | None:
        """The axiom row that says a claim in as many words."""
        if not self._asserted:
            for row, text in enumerate(self.ontology.axiom_texts()):
                self._asserted.setdefault(text, row)
        return self._asserted.get(claim.text)


@dataclass(frozen=True, slots=True)
class Goal:
    """A claim in the calculus: the statements that make it true, the impossible meets that refute it.

    refuting: (subject, what is supposed of it, extent); of a *not all* the subject is a known member, which `member_of`
    the claim's subject. presupposes: the class that must have a member.
    """

    claim: Axiom
    proving: tuple[Ground, ...] = ()
    refuting: tuple[tuple[Expression, Expression, Extent | None], ...] = ()
    denied: bool = False
    presupposes: Expression | None = None
    why: str = ""


def statuses(reasoning: Reasoning, claims: Sequence[Axiom], *, models: bool = True) -> list[Evidence]:
    """The evidence for each claim, in their order. All are put to the rules in one go.

    The rules reason by cases about a claim only where neither they nor two models decided it, and where few are left.
    models: whether two models are sought before the oracle is asked; it is the faster one where it has many to answer,
    and where there is none they are sought all the same.
    """
    goals = [_goal(reasoning, claim) for claim in claims]
    found: list[Evidence | None] = [None] * len(goals)
    _by_rules_all(reasoning, goals, found, by_cases=False)
    for i, goal in enumerate(goals):
        if found[i] is None and (models or reasoning.ask is None):
            shown = reasoning.unknown(reasoning.ontology, goal.claim)
            found[i] = Evidence(Truth.UNKNOWN, MODELS, presupposed=_named(goal)) if shown else None
    if 0 < found.count(None) <= BY_CASES:
        _by_rules_all(reasoning, goals, found, by_cases=True)
    left = [i for i, evidence in enumerate(found) if evidence is None]
    if left and reasoning.ask is not None:
        for i, answer in zip(left, reasoning.ask([claims[i] for i in left]), strict=True):
            found[i] = _by_oracle(goals[i], answer)
    return [e or Evidence(None, "", why=goal.why or "neither rules nor models decide it, and no oracle is asked")
            for e, goal in zip(found, goals, strict=True)]  # fmt: skip


def _by_rules_all(reasoning: Reasoning, goals: Sequence[Goal], found: list[Evidence | None], *, by_cases: bool) -> None:
    """Fill in what the rules decide of the claims that are open."""
    open_goals = [goal for goal, evidence in zip(goals, found, strict=True) if evidence is None]
    if any(goal.proving or goal.refuting for goal in open_goals):
        _ask_rules(reasoning, open_goals, by_cases)
    for i, goal in enumerate(goals):
        if found[i] is None:
            found[i] = _by_rules(reasoning, goal)


def _goal(reasoning: Reasoning, claim: Axiom) -> Goal:
    try:
        return _posed(reasoning, claim)
    except Outside as construct:
        return Goal(claim, why=f"{construct} is outside the rules")


def _posed(reasoning: Reasoning, claim: Axiom) -> Goal:
    """A claim in the calculus. Raises Outside."""
    program, kind, o = reasoning.program, claim.kind, claim.operands
    if kind == "SubClassOf":
        low, high = normal(o[0]), normal(o[1])
        return Goal(claim, (("sub", (_target(program, low), _rise(program, high))),), ((low, high, Extent.NONE),),
                    presupposes=low)  # fmt: skip
    if kind == "DisjointClasses" and len(o) == 2:
        low, high = normal(o[0]), normal(o[1])
        return Goal(claim, (("sub", (_target(program, low), _rise(program, high))),), ((low, high, Extent.NONE),), True,
                    low)  # fmt: skip
    if kind == "ClassAssertion":
        low, high = one(o[1]), normal(o[0])
        return Goal(claim, (("sub", (_target(program, low), _rise(program, high))),), ((low, high, None),))
    if kind in ("SameIndividual", "DifferentIndividuals") and len(o) == 2:
        low, high = one(o[0]), one(o[1])
        return Goal(claim, (("sub", (_target(program, low), program.id(high))),), ((low, high, None),),
                    kind.startswith("Different"))  # fmt: skip
    if kind.endswith("PropertyAssertion"):
        low, filler = one(o[1]), one(o[2])
        high = ("ObjectSomeValuesFrom", normal(o[0]), filler)
        made = ("some", (_target(program, low), program.id(normal(o[0])), program.id(filler)))
        return Goal(claim, (made,), ((low, high, None),), kind.startswith("Negative"))
    if kind in ("SubObjectPropertyOf", "SubDataPropertyOf"):
        low, high = normal(o[0]), normal(o[1])
        for relation in (low, high):
            program.say(("property", (relation,)))
        return Goal(claim, (("role", (program.id(low), program.id(high))),))
    return Goal(claim, why=f"claims of the kind {kind} are not asked of the rules")


def _target(program: Program, expression: Expression) -> int:
    program.read(expression, True)
    program.context(expression)
    return program.id(expression)


def _rise(program: Program, expression: Expression) -> int:
    program.read(expression, False)
    return program.id(expression)


def _ask_rules(reasoning: Reasoning, goals: Sequence[Goal], by_cases: bool) -> None:
    """Saturate again with the claims' expressions and the meets that would refute them."""
    program = reasoning.program
    for goal in goals:
        for subject, supposed, _ in _ways(reasoning, goal):
            both = program.meets(subject, supposed)
            if by_cases:
                program.say(("goal", (both,)))
    reasoning.saturation = saturate(program, rounds=ROUNDS if by_cases else 1)


def _ways(reasoning: Reasoning, goal: Goal) -> Iterator[tuple[Expression, Expression, Extent | None]]:
    """The meets that refute a claim: of its subject, then of known members of that."""
    yield from goal.refuting
    if goal.presupposes is not None and not goal.denied:
        program, (subject, supposed, _) = reasoning.program, goal.refuting[0]
        below = reasoning.saturation.pairs("sub")
        members = below[below[:, 1] == program.id(subject), 0]
        for number in members[program.is_individual(members)][:MEMBERS].tolist():
            yield program.expression(number), supposed, Extent.NOT_ALL


def _by_rules(reasoning: Reasoning, goal: Goal) -> Evidence | None:
    """What the rules know of a claim; None where they do not decide it."""
    saturation, program = reasoning.saturation, reasoning.program
    row = reasoning.row(goal.claim)
    if goal.presupposes is not None and saturation.holds("sub", (program.id(goal.presupposes), 1)):
        return Evidence(None, RULES, why=UNSATISFIABLE)
    if row is not None:
        leaf = Derivation(axiom_in_order(reasoning.ontology.axiom(row)), "asserted", axiom=row)
        return Evidence(Truth.ASSERTED, AXIOM, leaf, (row,), True)
    for statement in goal.proving:
        if saturation.holds(*statement):
            if goal.denied:  # the denial of what follows
                extent = Extent.NONE if goal.presupposes is not None else None
                return _evidence(reasoning, goal, statement, Truth.REFUTED, {}, extent)
            return _evidence(reasoning, goal, statement, Truth.ENTAILED, {}, None)
    for subject, supposed, extent in _ways(reasoning, goal):
        both = program.id(program.meets(subject, supposed))
        if saturation.holds("sub", (both, 1)):
            truth = Truth.ENTAILED if goal.denied else Truth.REFUTED
            return _evidence(reasoning, goal, ("sub", (both, 1)), truth, {both: (subject, supposed)},
                             None if goal.denied else extent)  # fmt: skip
    return None


def _evidence(
    reasoning: Reasoning, goal: Goal, statement: Ground, truth: Truth,
    alias: dict[int, tuple[Expression, Expression]], extent: Extent | None,
) -> Evidence:  # fmt: skip
    """The proof of a statement from a minimal set of axioms, checked, as OWL axioms."""
    step, axioms = prove(reasoning, statement)
    told = Teller(reasoning.program, axioms, alias).tell(step)
    rows = tuple(sorted({axioms[leaf] for leaf in step.leaves() if leaf in axioms}))
    root = told[0] if len(told) == 1 else Derivation(goal.claim, step.rule, told)
    presupposed: tuple[str, ...] = ()
    if truth is Truth.REFUTED or (alias and truth is Truth.ENTAILED):
        root, presupposed = _contradiction(reasoning, goal, root, alias, extent)
        rows = root.leaves()
    minimal = extent is not Extent.NOT_ALL  # two proofs, each from a minimal set: together they need not be
    return Evidence(truth, RULES, root, rows, minimal, extent, presupposed)


def _contradiction(
    reasoning: Reasoning, goal: Goal, root: Derivation, alias: dict[int, tuple[Expression, Expression]],
    extent: Extent | None,
) -> tuple[Derivation, tuple[str, ...]]:  # fmt: skip
    """A proof of impossibility as the proof that a claim is refuted, or that its denial follows."""
    if goal.denied and alias:  # nothing is both: the claim itself is the conclusion
        return Derivation(goal.claim, "so nothing is both", (root,)), ()
    if goal.presupposes is None or (extent is None and not alias):
        return root, ()
    subject = readable(goal.presupposes)
    if extent is Extent.NOT_ALL:
        member = next(iter(alias.values()))[0]
        wanted = ("sub", (reasoning.program.id(member), reasoning.program.id(goal.presupposes)))
        step, more = prove(reasoning, wanted)
        known = Teller(reasoning.program, more).tell(step)
        return Derivation(Axiom("SubClassOf", (THING, v.NOTHING)), "contradiction", (*known, root)), ()
    leaf = Derivation(Axiom("ClassAssertion", (subject, MEMBER)), PRESUPPOSED)
    whole = Derivation(Axiom("SubClassOf", (THING, v.NOTHING)), "contradiction", (leaf, root))
    return whole, (str(subject),) if isinstance(subject, str) else ()


def entailed(reasoning: Reasoning, claim: Axiom, statement: Ground) -> Evidence:
    """The evidence for a claim of which the engine found the statement. Raises LookupError where it did not."""
    return _evidence(reasoning, Goal(claim), statement, Truth.ENTAILED, {}, None)


def prove(reasoning: Reasoning, statement: Ground) -> tuple[Step, dict[Ground, int]]:
    """The least-height proof of a statement from a minimal set of axioms, and the axiom row behind each leaf.

    Every step is checked again. Raises BrokenDerivation, and LookupError where the statement does not follow.
    """
    program = reasoning.program
    leaves = reasoning.saturation.leaves(*statement)
    if leaves is None:
        raise LookupError(f"{statement} does not follow")
    axioms = {leaf: row for leaf in leaves if (row := program.row_of(*leaf)) >= 0}
    step = shortest(leaves, axioms, statement)
    if step is None:
        raise LookupError(f"{statement} is not proved from {leaves}")
    used = {leaf: axioms[leaf] for leaf in step.leaves() if leaf in axioms}
    check(step, lambda leaf: is_leaf(program, leaf, used.get(leaf)))
    return step, used


def is_leaf(program: Program, leaf: Ground, row: int | None) -> bool:
    """Whether an axiom says a statement, made again from that axiom alone; or whether it holds by its form."""
    statement = leaf[0], program.arguments(*leaf)
    if row is None:
        return holds_by_form(statement)
    return statement in said_by(program.ontology.axiom(row))


def _named(goal: Goal) -> tuple[str, ...]:
    return (goal.presupposes,) if isinstance(goal.presupposes, str) else ()


def _by_oracle(goal: Goal, answer: Answer) -> Evidence:
    """What the oracle says of a claim."""
    if answer.entailed is None or answer.refuted is None:
        return Evidence(None, answer.engine, why=answer.why or "the oracle did not decide it")
    if answer.entailed and answer.refuted:
        return Evidence(None, answer.engine, why=UNSATISFIABLE)
    truth = Truth.ENTAILED if answer.entailed else Truth.REFUTED if answer.refuted else Truth.UNKNOWN
    return Evidence(truth, answer.engine, extent=answer.extent if truth is Truth.REFUTED else None,
                    presupposed=() if truth is Truth.ENTAILED else _named(goal))  # fmt: skip


__all__ = ["Goal", "Reasoning", "entailed", "is_leaf", "prove", "statuses"]
