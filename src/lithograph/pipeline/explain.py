"""A claim with its evidence as a reader wants it: in words, as a tree, as a page, as a picture, as JSON.

Axioms are shown in Manchester syntax with labels, as in Protégé, each with its place. Asks no engine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import ClaimGraph, Truth
from lithograph.ontology.manchester import manchester
from lithograph.pipeline.axiom_rows import shown_name
from lithograph.pipeline.export import NotWritten
from lithograph.pipeline.places import Place, places_of
from lithograph.reason.evidence import ASSERTED, PRESUPPOSED, SUPPOSED, Derivation, Evidence
from lithograph.render.proof_figure import Step, as_list, as_svg, lines
from lithograph.screen import tree
from lithograph.speech.answers import answer_sentence
from lithograph.speech.derivation import derivation_text, is_contradiction, is_truism, presupposed_class
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.words import UNSPEAKABLE

UNDECIDED = "undecided"
FORMS = ("tree", "md", "svg", "json")
NO_WORDS = "Some of its terms have no words in this language."


@dataclass(frozen=True, slots=True)
class Proved:
    """A claim, what it rests on, and both as they are shown.

    claim: in Manchester syntax with labels. words: what the status says, by language; telling: the proof in words, by
    language; either is None where a term has no words. steps: the proof as it is drawn. justification: rows of axioms,
    each with its text and its place.
    """

    axiom: Axiom
    evidence: Evidence
    claim: str
    words: Mapping[str, str | None]
    telling: Mapping[str, str | None]
    steps: Step | None
    justification: tuple[tuple[int, str, Place | None], ...]
    presupposed: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """asserted, entailed, refuted, unknown or undecided."""
        return UNDECIDED if self.evidence.truth is None else Truth(self.evidence.truth).name.lower()


def explained(graph: ClaimGraph, axiom: Axiom, evidence: Evidence, languages: tuple[str, ...] = ("en", "ru")) -> Proved:
    """The claim with its evidence, ready to be shown. graph: the projected ontology, whose rows the evidence names."""
    ontology = graph.ontology
    lexicons = {language: Lexicon.of(ontology, graph.kinds, language) for language in languages}
    shown = lexicons.get("en") or next(iter(lexicons.values()))

    def name(term: str) -> str:
        return shown_name(ontology, shown, term)

    rows = sorted({*evidence.axioms, *(evidence.proof.leaves() if evidence.proof else ())})
    places = places_of(ontology, rows)
    justification = evidence.axioms or (evidence.proof.leaves() if evidence.proof else ())
    proof = evidence.proof
    return Proved(
        axiom,
        evidence,
        manchester(axiom, name),
        {language: _speakable(answer_sentence(axiom, evidence, x)) for language, x in lexicons.items()},
        {language: _speakable(derivation_text(proof, x)) for language, x in lexicons.items()} if proof else {},
        _step(proof, name, places) if proof else None,
        tuple((row, manchester(ontology.axiom(row), name), places.get(row)) for row in justification),
        tuple(name(c) for c in evidence.presupposed),
    )


def _speakable(text: str) -> str | None:
    return None if UNSPEAKABLE in text else text


def _step(node: Derivation, name: Callable[[str], str], places: Mapping[int, Place]) -> Step:
    """A derivation as it is drawn: without what is true of anything, and without steps that repeat their premise."""
    inner = next((p for p in node.premises if is_contradiction(p)), None)
    if inner is not None and is_contradiction(node):  # one box for the contradiction and for what it is of
        beside = tuple(p for p in node.premises if p is not inner)
        return _step(replace(inner, says=node.says, premises=(*beside, *inner.premises)), name, places)
    kept = [p for p in node.premises if p.rule in (PRESUPPOSED, SUPPOSED) or p.premises or not is_truism(p.says)]
    if len(kept) == 1 and kept[0].says == node.says:
        return _step(kept[0], name, places)
    premises = tuple(dict.fromkeys(_step(p, name, places) for p in kept))
    text = manchester(node.says, name)
    if node.rule == PRESUPPOSED:
        subject = presupposed_class(node.says)
        text = f"there is: {name(subject)}" if isinstance(subject, str) else f"there is such as {text}"
        return Step(text, "presupposed", PRESUPPOSED)
    if node.rule == SUPPOSED:
        return Step(text, "supposed, to be refuted", SUPPOSED)
    if node.axiom is not None or node.rule == ASSERTED:
        place = places.get(node.axiom) if node.axiom is not None else None
        return Step(text, f"in {place}" if place else "asserted", ASSERTED)
    if is_contradiction(node):
        return Step("contradiction" if node.says.operands[0] == v.THING else text, f"by: {node.rule}", "impossible",
                    premises)  # fmt: skip
    return Step(text, f"by: {node.rule}", "derived", premises)


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(proved: Proved, form: str = "tree", language: str = "en") -> str:
    """The claim and its evidence as `tree`, `md`, `svg` or `json`."""
    shapes: dict[str, Callable[[Proved, str], str]] = {
        "tree": as_text, "md": as_markdown, "svg": _picture, "json": lambda p, _: as_json(p),
    }  # fmt: skip
    return shapes[form](proved, language)


def write_shown(path: Path, proved: Proved, form: str = "tree", language: str = "en") -> None:
    """The same into a file. Raises NotWritten."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown(proved, form, language).rstrip("\n") + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise NotWritten(path, error.strerror or str(error)) from error


def verdict(proved: Proved) -> str:
    """`entailed, by the rules`: the status and whose word it is, with what it took."""
    evidence = proved.evidence
    how = f" ({evidence.extent})" if evidence.extent else ""
    why = f": {evidence.why}" if evidence.why else ""
    said = f"{proved.status}{how}, by {evidence.by}{why}" if evidence.by else f"{proved.status}{how}{why}"
    return f"{said}; presupposing that there is: {', '.join(proved.presupposed)}" if proved.presupposed else said


def _minimal(proved: Proved) -> str:
    return "none of them can be left out" if proved.evidence.minimal else "perhaps not all of them are needed"


def as_text(proved: Proved, language: str = "en") -> str:
    """What the terminal shows: claim, status, answer, proof as a tree and in words, justification with places."""
    out = [proved.claim, verdict(proved), proved.words[language] or NO_WORDS]
    if proved.steps is not None and proved.steps.premises:
        out += ["", tree(lines(proved.steps)), "", proved.telling[language] or NO_WORDS]
    if proved.justification:
        out += ["", f"{len(proved.justification)} axioms ({_minimal(proved)}):" if len(proved.justification) > 1
                else "1 axiom:"]  # fmt: skip
        out += [f"  {text}" + (f"    in {place}" if place else "") for _, text, place in proved.justification]
    return "\n".join(out)


def as_markdown(proved: Proved, language: str = "en") -> str:
    """A page: the claim as its heading, the answer, the proof as nested items and in words, the justification."""
    out = [f"# `{proved.claim}`", "", f"**{verdict(proved)}**", "", proved.words[language] or NO_WORDS, ""]
    if proved.steps is not None and proved.steps.premises:
        out += ["## Proof", "", as_list(proved.steps), "", proved.telling[language] or NO_WORDS, ""]
    if proved.justification:
        out += ["## Axioms", "", f"{_minimal(proved).capitalize()}.", ""]
        out += [f"- `{text}`" + (f" in {_code(place)}" if place else "") for _, text, place in proved.justification]
        out.append("")
    return "\n".join(out)


def _code(place: Place) -> str:
    return f"`{place.file}`, `{place.iri}`" if place.iri else f"`{place.file}`"


def _picture(proved: Proved, language: str) -> str:
    """The proof drawn; without one, the claim alone with its status."""
    step = proved.steps or Step(proved.claim, verdict(proved), "derived")
    return as_svg(step, f"{proved.claim}: {proved.status}")


def as_json(proved: Proved) -> str:
    """Everything, for programs: keys in a fixed order."""
    evidence = proved.evidence
    return json.dumps({
        "claim": proved.claim, "axiom": proved.axiom.text, "status": proved.status, "by": evidence.by,
        "why": evidence.why, "extent": evidence.extent, "presupposed": list(evidence.presupposed),
        "words": dict(proved.words), "proof": _nested(evidence.proof), "telling": dict(proved.telling),
        "minimal": evidence.minimal, "justification": list(_justified(proved)),
    }, ensure_ascii=False, indent=1)  # fmt: skip


def _justified(proved: Proved) -> Iterator[dict[str, Any]]:
    for _, text, place in proved.justification:
        yield {"axiom": text, "file": place.file if place else None, "ontology": place.iri if place else None}


def _nested(node: Derivation | None) -> dict[str, Any] | None:
    """A derivation with its axioms in functional-style syntax."""
    if node is None:
        return None
    return {"says": node.says.text, "rule": node.rule, "premises": [_nested(p) for p in node.premises]}
