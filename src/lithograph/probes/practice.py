"""Practice: questions in the manner of probes, in words of their own, about what training states. They are trained on.

A model that was only told a fact, and never asked for it among other things, answers a question as it always did. So
each claim is asked for here beside claims that are made of the same words and do not hold; with another claim's end in
the place of its own, so that no word gives the answer away. Whether a claim holds is answered by saying first what is
known of its subject: what the *yes*, the *no* or the *cannot be known* follows from. Nothing is asked here that a probe
asks: claims of the memory split alone, and no swap that a probe was made of; no text holds all that a probe's answer
follows from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from lithograph.core.identity import sha256_hex, urn
from lithograph.core.subsets import Subsets
from lithograph.probes.causal import links_of, sign_drafts, ways_drafts
from lithograph.probes.counts import count_drafts
from lithograph.probes.draft import Draft
from lithograph.probes.ground import OPEN, Ground
from lithograph.probes.make import OF_A_SWAP, Sides, Swapped, answers_cut, judge_swaps, scene_of, spoken, unambiguous
from lithograph.probes.naming import naming_drafts
from lithograph.probes.picks import pick_drafts, picks_of
from lithograph.probes.status import judged_swaps, status_drafts
from lithograph.probes.swaps import grounds_of, practice_swaps
from lithograph.probes.wording import Shelf, Worded, worded
from lithograph.reason.candidates import Statuses
from lithograph.render.corpus import SCHEMA
from lithograph.render.rows import BETWEEN
from lithograph.scenes.as_yaml import standard_scenes

TURNS = 2
"""In so many ways each question is put; one about a single claim in one more, after true sentences to go by."""
READINGS = 64
"""Among so many instances the questions behind given sentences are shared out, whole swaps by their hash: about as many
in each as a fact is shown, so that none is met often enough to be known by heart."""
LONGEST_THOUGHT = 6
"""Sentences that an answer begins with at most."""
STATED, FALSE = ("asserted", "entailed"), ("refuted", "unknown")


@dataclass(frozen=True, slots=True)
class Practised:
    """The questions as rows of a dataset, one instance after another, and why others are not there.

    relations: relation of the claim that is asked about -> how many questions there are.
    """

    examples: pa.Table = field(default_factory=SCHEMA.empty_table)
    relations: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)


def swapped_for_practice(probes: Swapped, *, most: int) -> Swapped:
    """Swaps for about `most` questions of each axis; the claims that probes of reasoning start from come first.

    probes: the swaps that probes are made of, of the same closure; none of them is practised. All that training may
    state is in one part.
    """
    ground = replace(probes.ground, part=np.zeros(len(probes.ground.graph), np.uint8), dropped=Counter())
    each, taken = -(-most // OF_A_SWAP), probes.swaps
    swaps = practice_swaps(ground, each, [key for swap in taken for key in swap.keys], grounds_of(ground, taken))
    return Swapped(ground, swaps, [pick for pick in picks_of(ground, each) if pick.split == "memory"])


def make_practice(
    swapped: Swapped, sides: Sides, statuses: Statuses, shelf: Shelf, probes: pa.Table, *, most: int, scenes: Set[str],
    version: str,
) -> Practised:  # fmt: skip
    """About `most` questions of each axis and language.

    probes: those that were made of the same closure; no claim that one of them calls false or open is asked about.
    scenes: the IRIs of those that are pressed: what belongs to another is left out. version: of the renderer, a part of
    every example's id.
    """
    before, swaps, picks = swapped.ground, swapped.swaps, swapped.picks
    after, rows, _ = judge_swaps(before, [*swaps, *picks], sides, statuses)
    after = replace(after, part=np.zeros(len(after.graph), np.uint8))
    drafts = [
        *status_drafts(after, judged_swaps(after, swaps, rows)), *pick_drafts(after, judged_swaps(after, picks, rows)),
        *sign_drafts(after, links_of(after), most), *ways_drafts(after, most), *naming_drafts(after, most),
        *count_drafts(after, most),
    ]  # fmt: skip
    drafts, _ = answers_cut(after, list(_not_asked(after, drafts, probes)))
    turned = [replace(draft, turn=turn) for draft in _by_claim(after, drafts) for turn in range(TURNS)]
    kept = list(_telling_no_more(after, [*turned, *_readings(after, drafts)], probes, sides))
    said = unambiguous(after, list(worded(after, kept, spoken(after), shelf, thinking=True)))
    table, relations = _examples(after, said, scenes, version)
    return Practised(table, relations, dict(sorted((before.dropped + after.dropped).items())))


def _not_asked(ground: Ground, drafts: Iterable[Draft], probes: pa.Table) -> Iterator[Draft]:
    """Those of the memory split, without what a probe answers with no or with cannot be known, and what is held out."""
    asked = {claim for row in probes.select(["truth", "claims"]).to_pylist() if row["truth"] in FALSE
             for claim in row["claims"]}  # fmt: skip
    # by urn, for a swap can give what is held out in other words
    held_out = {ground.urns[row] for row in np.flatnonzero(ground.role != OPEN).tolist()}
    for draft in drafts:
        if draft.split != "memory":
            continue
        if (asked | held_out).isdisjoint(ground.urns[row] for row in _put(draft)):
            yield draft
        else:
            ground.dropped["a probe asks about it"] += 1


def _readings(ground: Ground, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The questions about single claims behind the sentences that their whole swap rests on."""
    for draft in drafts:
        if draft.thought:
            number = ground.mark("reading", draft.group) % READINGS
            yield replace(draft, turn=TURNS, premises=draft.beside, instance=instance_of(f"reading {number}"))


def _telling_no_more(ground: Ground, drafts: Iterable[Draft], probes: pa.Table, sides: Sides) -> Iterator[Draft]:
    """Without the texts that speak of the reserved branch, from which something held out follows in one step, or that
    hold all that the answer of a probe follows from; and without thoughts that are too long."""
    ids = ground.graph.ontology.axiom_ids()
    behind = Subsets.of(row["axioms"] for row in probes.select(["probe_split", "axioms"]).to_pylist()
                        if row["probe_split"] != "memory" and len(row["axioms"]) > 1)  # fmt: skip
    one_step = Subsets.of(sides.one_step)
    held_out = {ground.urns[row] for row in np.flatnonzero(ground.role != OPEN).tolist()}
    for draft in drafts:
        told = _told(draft)
        claims = {ground.urns[row] for row in (*_put(draft), *(leaf for row in told for leaf in ground.leaves(row)))}
        axioms = {ids[axiom] for axiom in ground.axioms(told)}
        if len(draft.thought) and len(ground.leaves(draft.thought[0])) > LONGEST_THOUGHT:
            ground.dropped["a thought is too long"] += 1
        elif not claims.isdisjoint(held_out) or one_step.any_within(claims) or behind.any_within(axioms):
            ground.dropped["a text would tell what a probe asks"] += 1
        else:
            yield draft


def _told(draft: Draft) -> tuple[int, ...]:
    """The claims whose proofs' leaves a text says, in the question or in the answer."""
    return tuple(dict.fromkeys((*draft.premises, *draft.thought)))


def _put(draft: Draft) -> tuple[int, ...]:
    """The claims that a question puts, true or not: the answer says of each whether it holds."""
    options = (row for option in draft.options if option.kind in ("claim", "phrases") for row in option.values)
    return tuple(dict.fromkeys((*draft.keys, *options)))


def _by_claim(ground: Ground, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Each under the true claim that it is about, so that what is asked beside a claim is learned beside it."""
    true: dict[str, dict[int, int]] = defaultdict(dict)
    for draft in drafts:
        if draft.truth in STATED:
            true[draft.group].setdefault(draft.nodes[0], draft.keys[0])
    for draft in drafts:
        row = draft.keys[0] if draft.truth in STATED else true[draft.group].get(draft.nodes[0], -1)
        if draft.truth == "computed":
            yield _of(draft, instance_of(f"{draft.group} {draft.nodes[0]}"))
        elif row >= 0:
            yield _of(draft, instance_of(ground.urns[row]))


def _of(draft: Draft, instance: str) -> Draft:
    """A question of an instance; all of one instance have one wording."""
    return replace(draft, group=instance, instance=instance)


def instance_of(what: str) -> str:
    """The instance of all that is asked beside a claim, by the claim's urn, about what is computed, or in a reading."""
    return urn("instance", f"practice {what}")


def _examples(
    ground: Ground, said: Sequence[Worded], scenes: Set[str], version: str
) -> tuple[pa.Table, Counter[str]]:  # fmt: skip
    """Questions as rows of a dataset, by instance and id, and how many there are of each relation."""
    named = {scene.name: scene.iri for scene in standard_scenes()}
    axiom_ids, texts = ground.graph.ontology.axiom_ids(), ground.graph.ontology.terms.texts
    rows, relations = [], Counter[str]()
    for one in said:
        draft, scene = one.draft, named.get(scene_of(ground, one.draft))
        if scene not in scenes:
            ground.dropped["the scene that it belongs to is not pressed"] += 1
            continue
        relations[texts[ground.graph.relation[draft.keys[0]]]] += 1
        answer = one.answer()
        content = "sha256:" + sha256_hex(f"{one.question}{BETWEEN}{answer}")
        owner = draft.instance.rsplit(":", 1)[-1]
        leaves = (leaf for row in _told(draft) for leaf in ground.leaves(row))
        nodes = [texts[term] for term in dict.fromkeys(draft.nodes)]
        rows.append({
            "id": urn("example", f"{one.template}\n{version}\n{owner}{content}"), "content_hash": content,
            "split": "train", "prompt": one.question, "completion": answer,
            "messages": [{"role": "user", "content": one.question}, {"role": "assistant", "content": answer}],
            "form": draft.form, "axis": draft.axis, "register": one.register, "level": draft.level,
            "language": one.language, "truth": draft.truth, "depth": draft.depth, "scene": scene,
            "instance": draft.instance, "focus": nodes[0], "nodes": nodes,
            "axioms": [axiom_ids[row] for row in sorted({*draft.axioms, *ground.axioms(draft.thought)})],
            "proof": draft.proof, "template": one.template, "weight": 1.0, "parents": [], "decisions": [],
            "claims": sorted({ground.urns[row] for row in (*_put(draft), *leaves)}),
        })  # fmt: skip
    table = pa.Table.from_pylist(rows, SCHEMA).sort_by([("instance", "ascending"), ("id", "ascending")])
    return table, relations


def practice_counts(made: Practised) -> dict[str, Any]:
    """How many questions of each kind of answer there are in each language, and why others are not there."""
    rows = made.examples.select(["language", "axis", "form", "truth"]).to_pylist()
    return {name: dict(sorted(Counter(f"{row['language']} {row[name]}" for row in rows).items()))
            for name in ("axis", "form", "truth")} | {"dropped": dict(made.dropped)}  # fmt: skip
