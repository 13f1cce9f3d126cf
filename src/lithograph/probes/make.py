"""The probes of a stone: chosen, judged, put into words, bounded, as a table. The engine is an argument.

    swapped = swapped_for_probes(closure, sides, lexicons, most=40, seed=0)
    made = make_probes(swapped, sides, statuses, shelf, most=40)

Every answer has a proof, a certificate of unknown or computed evidence; what has none is not made, and counted. Writes
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lithograph.core.identity import canonical_json, urn
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Truth
from lithograph.probes.causal import causal_drafts
from lithograph.probes.counts import count_drafts
from lithograph.probes.draft import NO, OPEN, YES, Draft, Option
from lithograph.probes.ground import Ground, ground_of
from lithograph.probes.naming import naming_drafts
from lithograph.probes.picks import pick_drafts, picks_of
from lithograph.probes.stated import Stated
from lithograph.probes.status import judged_swaps, kind_of, status_drafts, told_drafts
from lithograph.probes.swaps import Swap, swaps_of
from lithograph.probes.table import PROBES
from lithograph.probes.wording import STATUS, Shelf, Worded, worded
from lithograph.reason.candidates import Statuses, axiom_of, why_not
from lithograph.reason.closure import Closure
from lithograph.reason.judged import ClaimKey, with_claims
from lithograph.render.cast import Speech
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.speech.lexicon import Lexicon

OF_A_SWAP = 6
"""Probes in one language that a swap gives, about: so many swaps fewer are judged than there are to be probes."""
SCENES = {
    "follows": "WhichFollows", "true": "WhichIsTrue", "chain": "ChainRaisesRaises", "way_up": "OppositeWays",
    "way_down": "OppositeWays", "resolver": "Paradox", "meaning": "Symbolises", "counterpart": "Analogy",
    "analogy": "AnalogyKeeps", "value": "Value", "count": "Cardinality", "term_of": "WhichTerm", "gloss": "Definition",
    "riddle": "Riddle", "describe": "Riddle", "isa": "IsA", "instance": "InstanceOf", "excluded": "IsNot",
}  # fmt: skip
"""Kind of probe -> the standard scene whose examples exercise the same, or how its name ends."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What the making of probes must know of how training was kept apart.

    urns: the canonical urns of any claim graph of this ontology. role, part: of the claims of the closure at hand
    (`probes.ground`). stated: what training texts state. unspoken: classes that can have no member. one_step: the sets
    of claims, by urn, from which something held out follows in one step.
    """

    urns: Callable[[ClaimGraph], Sequence[str]]
    role: NDArray[np.uint8]
    part: NDArray[np.uint8]
    stated: Stated
    unspoken: Ints
    one_step: Sequence[frozenset[str]] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """The probes as a table in the order of their ids, why what was not made a probe, what the ontology lacks."""

    table: pa.Table
    dropped: Mapping[str, int]
    lacks: tuple[str, ...]
    judged: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Swapped:
    """Questions before anything is judged: the ground they are made from, swaps of status and picks of one thing."""

    ground: Ground
    swaps: Sequence[Swap]
    picks: Sequence[Swap]


def swapped_for_probes(
    closure: Closure, sides: Sides, lexicons: Mapping[str, Lexicon], *, most: int, seed: int = 0
) -> Swapped:
    """Swaps for at most `most` probes of each axis, split and part, about."""
    ground = ground_of(closure, sides.urns(closure.graph), sides.role, sides.part, sides.stated, sides.unspoken,
                       lexicons, seed)  # fmt: skip
    each = -(-most // OF_A_SWAP)
    return Swapped(ground, swaps_of(ground, each), picks_of(ground, each))


def make_probes(swapped: Swapped, sides: Sides, statuses: Statuses, shelf: Shelf, *, most: int) -> Made:
    """At most `most` probes of each axis, split, part and language.

    statuses: who knows the status of claims; asked once, about all of them together.
    """
    before, swaps, picks = swapped.ground, swapped.swaps, swapped.picks
    after, rows, judged = judge_swaps(before, [*swaps, *picks], sides, statuses)
    drafts = [
        *status_drafts(after, judged_swaps(after, swaps, rows)), *told_drafts(after, most),
        *pick_drafts(after, judged_swaps(after, picks, rows)), *causal_drafts(after, most),
        *naming_drafts(after, most), *count_drafts(after, most),
    ]  # fmt: skip
    drafts, lacks = answers_cut(after, drafts)
    speech = spoken(after)
    said = unambiguous(after, list(worded(after, drafts, speech, shelf)))
    chosen = bounded(after, said, most)
    dropped = before.dropped + after.dropped
    return Made(table_of(after, chosen), dict(sorted(dropped.items())), lacks, judged)


def spoken(ground: Ground) -> dict[str, Speech]:
    """A ground's claims in each of its languages."""
    return {language: Speech(ground.graph, lexicon, ground.closure.evidence)
            for language, lexicon in ground.lexicons.items()}  # fmt: skip


# ---- judging -------------------------------------------------------------------------------------------------------


def judged_at_once(statuses: Statuses, graph: ClaimGraph, every: Iterable[Swapped]) -> Statuses:
    """Statuses that have been asked, in one batch, for all that these swaps give: an oracle starts once."""
    keys = _keys_to_judge(graph, (swap for one in every for swap in (*one.swaps, *one.picks)))
    axioms = [axiom_for(graph, key) for key in keys]
    known = dict(zip(axioms, statuses(axioms) if axioms else (), strict=True))
    return lambda asked: [known[axiom] for axiom in asked]


def _keys_to_judge(graph: ClaimGraph, swaps: Iterable[Swap]) -> list[ClaimKey]:
    return sorted({key for swap in swaps for key in swap.keys} - set(_rows_of_keys(graph)))


def judge_swaps(
    ground: Ground, swaps: Iterable[Swap], sides: Sides, statuses: Statuses
) -> tuple[Ground, dict[ClaimKey, int], dict[str, int]]:
    """The ground with what the swaps give, judged in one batch; the row of each refuted or unknown claim; and what
    came of the batch, counted."""
    graph = ground.graph
    asked = _keys_to_judge(graph, swaps)
    found = statuses([axiom_for(graph, key) for key in asked]) if asked else []
    counts: Counter[str] = Counter()
    kept = []
    for key, evidence in zip(asked, found, strict=True):
        reason = why_not(evidence)
        counts[reason or (evidence.truth.name.lower() if evidence.truth is not None else "undecided")] += 1
        if not reason and evidence.truth in (Truth.REFUTED, Truth.UNKNOWN):
            kept.append((key, evidence))
    closure = with_claims(ground.closure, kept)
    more = len(closure.graph) - len(graph)
    role, part = (np.concatenate((column, np.zeros(more, np.uint8))) for column in (sides.role, sides.part))
    after = ground_of(closure, sides.urns(closure.graph), role, part, sides.stated, sides.unspoken, ground.lexicons,
                      ground.seed)  # fmt: skip
    rows = {key: row for key, row in _rows_of_keys(closure.graph).items() if not closure.graph.holds[row]}
    return after, rows, dict(sorted(counts.items()))


def _rows_of_keys(graph: ClaimGraph) -> dict[ClaimKey, int]:
    rows = np.flatnonzero(~graph.negated).tolist()
    columns = (graph.subject, graph.relation, graph.object, graph.quantifier)
    keys = zip(*(column[rows].tolist() for column in columns), strict=True)
    return {ClaimKey(*key): row for key, row in reversed(list(zip(keys, rows, strict=True)))}


def axiom_for(graph: ClaimGraph, key: ClaimKey) -> Axiom:
    """What a claim means in OWL; of a literal a data property assertion."""
    terms = graph.ontology.terms
    if graph.kinds[key.object] & Kind.LITERAL:
        subject, relation, value = (terms.texts[i] for i in key[:3])
        return Axiom("DataPropertyAssertion", (relation, subject, value))
    return axiom_of(terms, key)


# ---- what is kept --------------------------------------------------------------------------------------------------


def answers_cut(ground: Ground, drafts: Sequence[Draft]) -> tuple[list[Draft], tuple[str, ...]]:
    """Questions about a claim with the answers that the ontology has at all, and the statuses that it lacks.

    Where there is but one answer there is nothing to ask.
    """
    asked = [draft for draft in drafts if draft.kind in STATUS]
    given = {draft.options[draft.answer].kind for draft in asked}
    lacks = tuple(name for answer, name in ((YES, "entailed"), (NO, "refuted"), (OPEN, "unknown"))
                  if answer not in given)  # fmt: skip
    out: list[Draft] = []
    for draft in drafts:
        if draft.kind not in STATUS:
            out.append(draft)
        elif len(given) < 2:
            ground.dropped["there is no other answer to tell it from"] += 1
        else:
            options = tuple(Option(answer) for answer in (YES, NO, OPEN) if answer in given)
            out.append(replace(draft, options=options, answer=options.index(draft.options[draft.answer])))
    return out, lacks


def unambiguous(ground: Ground, said: Sequence[Worded]) -> list[Worded]:
    """Without the groups of which a question is asked elsewhere with another answer; each question once."""
    answers: dict[tuple[str, str, tuple[str, ...]], set[str]] = {}
    for one in said:
        key = one.language, one.question, tuple(sorted(one.options))
        answers.setdefault(key, set()).add(one.options[one.draft.answer])
    torn = {one.draft.group for one in said
            if len(answers[one.language, one.question, tuple(sorted(one.options))]) > 1}  # fmt: skip
    out: dict[tuple[str, str], Worded] = {}
    for one in said:
        if one.draft.group in torn:
            ground.dropped["the same words have another answer elsewhere"] += 1
        elif (one.language, one.question) in out:
            ground.dropped["asked already in the same words"] += 1
        else:
            out[one.language, one.question] = one
    return list(out.values())


def bounded(ground: Ground, said: Sequence[Worded], most: int) -> list[Worded]:
    """At most `most` of each axis, split, part and language, whole groups, by hash; kinds and depths by turns."""

    def cell(one: Worded) -> tuple[str, ...]:
        draft = one.draft
        return draft.axis, draft.split, draft.part, one.language

    out: list[Worded] = []
    for _, members in groupby(sorted(said, key=lambda one: (cell(one), one.draft.group)), cell):
        groups = [list(group) for _, group in groupby(members, lambda one: one.draft.group)]
        turns: Counter[tuple[str, int]] = Counter()
        ranked: list[tuple[int, int, list[Worded]]] = []
        for group in sorted(groups, key=lambda g: ground.mark("bound", g[0].draft.group)):
            stratum = group[0].draft.kind, max(one.draft.depth for one in group)
            turns[stratum] += 1
            ranked.append((turns[stratum], len(ranked), group))
        room = most
        for _, _, group in sorted(ranked, key=lambda r: r[:2]):
            if len(group) <= room:
                room -= len(group)
                out += group
            else:
                ground.dropped["more than the bound of its axis, split and part"] += len(group)
    return out


# ---- the table -----------------------------------------------------------------------------------------------------


def table_of(ground: Ground, said: Sequence[Worded]) -> pa.Table:
    """Probes in words as rows, in the order of their ids."""
    scenes = {scene.name: scene.iri for scene in standard_scenes()}
    axiom_ids = ground.graph.ontology.axiom_ids()
    rows = [_row(ground, one, axiom_ids, scenes) for one in said]
    return pa.Table.from_pylist(sorted(rows, key=lambda row: str(row["id"])), PROBES)


def _row(ground: Ground, one: Worded, axiom_ids: Sequence[str], scenes: Mapping[str, str]) -> dict[str, Any]:
    draft, texts = one.draft, ground.graph.ontology.terms.texts
    claims = claims_of(ground, draft)
    about = [draft.kind, draft.split, one.language, one.register, one.question, list(one.options), claims]
    return {
        "id": urn("probe", canonical_json(about)), "part": draft.part, "probe_split": draft.split, "axis": draft.axis,
        "kind": draft.kind, "form": draft.form, "language": one.language, "register": one.register,
        "level": draft.level, "depth": draft.depth, "question": one.question, "options": list(one.options),
        "answer": draft.answer, "truth": draft.truth, "scene": scenes.get(scene_of(ground, draft)),
        "group": draft.group, "claims": claims, "nodes": [texts[term] for term in dict.fromkeys(draft.nodes)],
        "axioms": [axiom_ids[row] for row in draft.axioms], "proof": draft.proof, "evidence": draft.evidence,
        "premises": list(one.premises),
    }  # fmt: skip


def claims_of(ground: Ground, draft: Draft) -> list[str]:
    """The urns of the claims that the key states, sorted. What is computed from claims that no text states together is
    a claim of its own, which none of them is."""
    urns = sorted({ground.urns[row] for row in draft.keys})
    if draft.truth != "computed" or draft.split == "memory":
        return urns
    return [urn("claim", canonical_json(["computed", draft.kind, urns, sorted(draft.nodes)]))]


def scene_of(ground: Ground, draft: Draft) -> str:
    """The name of the standard scene whose examples exercise what a draft asks; empty where none does."""
    graph = ground.graph
    if draft.kind in ("sign", "direction"):
        return "Raises" if ground.sign[draft.keys[0]] > 0 else "Lowers" if ground.sign[draft.keys[0]] else "Causes"
    if draft.kind == "chain":
        return "Chain" + "".join("Raises" if ground.sign[row] > 0 else "Lowers" for row in draft.keys)
    plain = SCENES.get(draft.kind, "")
    if draft.kind == "cause" or draft.kind in ("has", "follows", "true"):
        of_class = bool(graph.kinds[graph.subject[draft.keys[0]]] & Kind.CLASS)
        name = {"isa": "IsA", "instance": "InstanceOf"}.get(kind_of(ground, draft.keys[0]))
        name = name or ("EverySome" if of_class else "Related")
        if plain:
            return name + plain
        plain = name
    if draft.kind in STATUS and draft.kind != "excluded":
        ending = {"entailed": "ByReasoning", "refuted": "Refuted", "unknown": "Unknown"}.get(draft.truth, "")
        return plain + ending
    return plain
