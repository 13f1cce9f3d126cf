"""A derivation in words: one step a sentence, premises before what follows from them. Knows no engine and no template.

What is presupposed and what is supposed is told first, each marked; then the axioms and what follows, each once. Steps
that only rewrite a premise say nothing new and are left out, with what is true of anything (`every pump is a pump`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.reason.evidence import PRESUPPOSED, SUPPOSED, Derivation
from lithograph.speech import english_expressions, russian_expressions
from lithograph.speech.axioms import axiom_clause
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.spoken import head_of, spoken
from lithograph.speech.words import sentence

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "so": "So {}", "there is": "Suppose there is {}",
        "contrary": "Suppose, to the contrary, that {}",
        "impossible": "But {}, so that is impossible", "cannot be": "But that is impossible",
        "such": "there is {}",
        "both": "nothing can be both {} and {}",
    },
    "ru": {
        "so": "Значит, {}", "there is": "Пусть существует {}",
        "contrary": "Предположим обратное: {}",
        "impossible": "Но {}, так что это невозможно", "cannot be": "Но это невозможно",
        "such": "существует {}",
        "both": "ничто не может быть сразу {} и {}",
    },
}  # fmt: skip


def derivation_text(derivation: Derivation, lexicon: Lexicon) -> str:
    """The derivation in words, in the lexicon's language.

    >>> # Suppose there is a chain. Suppose, to the contrary, that it is a wheel. But nothing can be both a chain and a
    >>> # wheel, so that is impossible.
    """
    return " ".join(derivation_sentences(derivation, lexicon))


def derivation_sentences(derivation: Derivation, lexicon: Lexicon) -> list[str]:
    """The sentences of a derivation, in the order they are told; none twice."""
    steps = list(steps_of(derivation))
    hypothesis = Hypothesis.of(steps)
    told = _suppositions(hypothesis, lexicon)
    said = {axiom_clause(s.says, lexicon) for s in steps if s.rule == SUPPOSED}
    kept = {p.says for s in steps if is_contradiction(s) for p in [_clashing(s)] if p is not None}
    for step in steps:
        if step.rule in (PRESUPPOSED, SUPPOSED) or (step.says in kept and not step.premises):
            continue
        if is_contradiction(step):
            told.extend(_impossible(step, lexicon, hypothesis))
            continue
        clause = _clause(step, lexicon, hypothesis)
        if clause in said or is_truism(step.says):
            continue
        said.add(clause)
        told.append(sentence(_WORDS[lexicon.language]["so"].format(clause) if step.premises else clause))
    return list(dict.fromkeys(told))


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a derivation supposes. members: classes of which a member is presupposed; supposed: what is supposed.

    it: the class whose hypothetical member the supposition is about, None where that is an individual; resting: the
    statements that rest on the supposition, which hold of that member alone.
    """

    members: tuple[Expression, ...]
    supposed: tuple[Axiom, ...]
    it: Expression | None
    resting: frozenset[Axiom]

    @classmethod
    def of(cls, steps: list[Derivation]) -> Hypothesis:
        """The hypothesis of the steps of a derivation, premises first."""
        members = dict.fromkeys(presupposed_class(s.says) for s in steps if s.rule == PRESUPPOSED)
        supposed = tuple(dict.fromkeys(s.says for s in steps if s.rule == SUPPOSED))
        resting = set(supposed)
        for step in steps:
            if any(p.says in resting and (p.premises or p.rule == SUPPOSED) for p in step.premises):
                resting.add(step.says)
        about = {s.operands[0] for s in supposed if s.kind == "SubClassOf"}
        return cls(tuple(members), supposed, next(iter(about)) if len(about) == 1 else None, frozenset(resting))


def _clause(step: Derivation, lexicon: Lexicon, hypothesis: Hypothesis) -> str:
    """A step without capital and full stop; of the hypothetical member where it rests on what is supposed."""
    says = step.says
    if says.kind == "SubClassOf" and says in hypothesis.resting and says.operands[0] == hypothesis.it:
        return _of_it(lexicon, *says.operands)
    return axiom_clause(says, lexicon)


def steps_of(derivation: Derivation) -> Iterator[Derivation]:
    """The nodes of a derivation in the order they are told: depth first, premises in their order, each once."""
    seen: set[tuple[Axiom, str]] = set()
    stack: list[tuple[Derivation, bool]] = [(derivation, False)]
    while stack:
        node, told = stack.pop()
        if told:
            yield node
        elif (node.says, node.rule) not in seen:
            seen.add((node.says, node.rule))
            stack.append((node, True))
            stack.extend((p, False) for p in reversed(node.premises))


def is_contradiction(step: Derivation) -> bool:
    """Whether a step derives that something impossible exists."""
    kind, operands = step.says.kind, step.says.operands
    if not step.premises:
        return False
    return (kind == "SubClassOf" and operands[1] == v.NOTHING) or (
        kind == "ClassAssertion" and operands[0] == v.NOTHING
    )


def is_truism(axiom: Axiom) -> bool:
    """Whether an axiom holds of anything: every pump is a pump, or a thing."""
    if axiom.kind == "SubClassOf":
        return axiom.operands[0] == axiom.operands[1] or axiom.operands[1] == v.THING
    return axiom.kind == "ClassAssertion" and axiom.operands[0] == v.THING


def _about(axiom: Axiom) -> Expression:
    """What a statement is about: the class of `SubClassOf`, the individual of an assertion."""
    if axiom.kind == "ClassAssertion":
        return axiom.operands[1]
    return axiom.operands[1] if axiom.kind.endswith("Assertion") else axiom.operands[0]


def presupposed_class(axiom: Axiom) -> Expression:
    """The class whose member a presupposition speaks of."""
    return axiom.operands[0]


def _suppositions(hypothesis: Hypothesis, lexicon: Lexicon) -> list[str]:
    """What is presupposed and what is supposed, each once, in this order."""
    words = _WORDS[lexicon.language]
    told = [sentence(words["there is"].format(_noun(lexicon, member))) for member in hypothesis.members]
    for says in hypothesis.supposed:
        clause = axiom_clause(says, lexicon)
        if says.kind == "SubClassOf" and hypothesis.it in hypothesis.members:
            clause = _of_it(lexicon, *says.operands)
        elif says.kind == "SubClassOf":
            clause = words["such"].format(_noun(lexicon, ("ObjectIntersectionOf", *says.operands)))
        told.append(sentence(words["contrary"].format(clause)))
    return told


def _of_it(lexicon: Lexicon, member: Expression, says: Expression) -> str:
    """What is supposed of the member that was presupposed: `it is a wheel`."""
    if lexicon.language == "en":
        return f"it {english_expressions.does(lexicon, says)}"
    agent = russian_expressions.agent(lexicon, member)
    return russian_expressions.finished(
        f"{russian_expressions.he(agent)} {russian_expressions.does(lexicon, says, agent)}"
    )


def _noun(lexicon: Lexicon, expression: Expression) -> str:
    if lexicon.language == "ru":
        return russian_expressions.finished(russian_expressions.noun(lexicon, expression, "nom"))
    return english_expressions.noun(lexicon, expression)


def _clashing(step: Derivation) -> Derivation | None:
    """The premise that a contradiction is told with, behind `But`: the axiom that excludes what is the case."""
    leaves = [p for p in step.premises if not p.premises and p.rule not in (PRESUPPOSED, SUPPOSED)]
    about = _about(step.says)
    excluding = [p for p in leaves if _excludes(p.says)]
    found = [p for p in leaves if _about(p.says) != about or p.says.kind not in ("SubClassOf", "ClassAssertion")]
    several = len({p.says for p in excluding}) > 1  # more of one kind than may be: no single axiom is to blame
    return None if several else next(iter(excluding or found), None)


def _excludes(axiom: Axiom) -> bool:
    """Whether an axiom says that something is not the case."""
    if axiom.kind in ("SubClassOf", "ClassAssertion"):
        return head_of(_kind(axiom) or "") == "ComplementOf"
    return axiom.kind.startswith(("Disjoint", "Negative", "Different"))


def _impossible(step: Derivation, lexicon: Lexicon, hypothesis: Hypothesis) -> list[str]:
    """The sentences of a contradiction; one that rests on what is supposed ends it, what follows from it is silent."""
    words, clash = _WORDS[lexicon.language], _clashing(step)
    final = step.says in hypothesis.resting
    if any(is_contradiction(p) for p in step.premises):
        return []
    so = sentence(words["so"].format(axiom_clause(step.says, lexicon)))
    if clash is None:
        return [sentence(words["cannot be"]) if final else so]
    clause = axiom_clause(clash.says, lexicon)
    if final:
        return [sentence(words["impossible"].format(_both(step, clash, lexicon) or clause))]
    return [sentence(clause), so]


def _both(step: Derivation, clash: Derivation, lexicon: Lexicon) -> str | None:
    """`nothing can be both a chain and a wheel`, where the clash is between two named classes of a disjointness."""
    if clash.says.kind not in ("DisjointClasses", "DisjointUnion"):
        return None
    kinds = [*(_kind(p.says) for p in step.premises if p is not clash), _about(step.says)]
    pair = [k for k in dict.fromkeys(kinds) if k in clash.says.operands]
    if len(clash.says.operands) == 2 and clash.says.kind == "DisjointClasses":
        pair = list(clash.says.operands)
    if len(pair) != 2 or not all(isinstance(k, str) for k in pair):
        return None
    case = "ins" if lexicon.language == "ru" else "a"
    return _WORDS[lexicon.language]["both"].format(*(spoken(lexicon, str(k), case) for k in pair))


def _kind(axiom: Axiom) -> Expression | None:
    """The class that a statement puts something in."""
    if axiom.kind == "SubClassOf":
        return axiom.operands[1]
    return axiom.operands[0] if axiom.kind == "ClassAssertion" else None
