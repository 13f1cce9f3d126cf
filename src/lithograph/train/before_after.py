"""What training changed: losses and a few answers, adapter off and on. Knows nothing about how it was trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.identity import sha256_hex
from .batches import Plan
from .corpus import Corpus, Example, example_at, read_split
from .generate import greedy
from .losses import mean_loss
from .materials import Materials
from .options import TrainOptions
from .tokens import ChatFormat, Encoded, encode, prompt_ids
from .weights import untrained


@dataclass(frozen=True, slots=True)
class LossChange:
    """Mean loss per learned token (nats) over the same examples."""

    before: float
    after: float
    examples: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A question, the dataset's answer, and what the model said before and after. learned: its fact was trained."""

    example: str
    split: str
    learned: bool
    question: str
    expected: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """losses: by what was measured, `test` (the test split), `learned` (a sample of what was trained on) and, where the
    base's own answers are shown again, `neutral` (those of its answers that are not)."""

    losses: Mapping[str, LossChange]
    answers: tuple[Answer, ...]


def compare(model: Any, materials: Materials, plan: Plan, options: TrainOptions,
            held_back: Sequence[Encoded] = ()) -> BeforeAfter:  # fmt: skip
    """Measure the trained model against what it was before, on examples chosen by the hashes of their ids.

    held_back: answers of the untouched base that were never shown.
    """
    format, corpus = materials.format, materials.corpus
    model.eval()
    test = _readable(format, _split_examples(corpus, "test", options), options)
    learned = {plan.examples[row].id: plan.encoded[row] for row in plan.examples}
    pools: dict[str, Mapping[str, Encoded]] = {"test": {name: tokens for name, (_, tokens) in test.items()},
                                               "learned": learned,
                                               "neutral": {one.example: one for one in held_back}}  # fmt: skip
    losses = {}
    for name, pool in pools.items():
        some = [pool[key] for key in by_hash(pool, options.seed)[: options.loss_examples]]
        if some:
            losses[name] = _loss_change(model, some, materials)
    return BeforeAfter(losses, _answers(model, materials, test, plan, options))


def by_hash(ids: Mapping[str, object] | Sequence[str], seed: int) -> list[str]:
    """Ids in an order that depends on nothing but them and the seed."""
    return sorted(ids, key=lambda one: sha256_hex(f"{seed}\n{one}"))


def _split_examples(corpus: Corpus, split: str, options: TrainOptions) -> list[Example]:
    """A bounded, even-handed part of a split: enough to choose from."""
    table = read_split(corpus, split, options.languages, options.scenes)
    places = {name: row for row, name in enumerate(table["id"].to_pylist())}
    return [example_at(table, places[name]) for name in by_hash(places, options.seed)[: 16 * options.loss_examples]]


def _readable(
    format: ChatFormat, examples: Sequence[Example], options: TrainOptions
) -> dict[str, tuple[Example, Encoded]]:
    encoded = encode(format, examples)
    return {example.id: (example, tokens) for example, tokens in zip(examples, encoded, strict=True)
            if tokens.ids and len(tokens.ids) <= options.max_length}  # fmt: skip


def _loss_change(model: Any, examples: Sequence[Encoded], materials: Materials) -> LossChange:
    device = next(model.parameters()).device
    with untrained(model, materials):
        before = mean_loss(model, examples, device)
    after = mean_loss(model, examples, device)
    return LossChange(round(before, 6), round(after, 6), len(examples), sum(one.learned_count for one in examples))


def _answers(model: Any, materials: Materials, test: Mapping[str, tuple[Example, Encoded]], plan: Plan,
             options: TrainOptions) -> tuple[Answer, ...]:  # fmt: skip
    """Half of the samples about facts that were learned (in other words, where the test split has them), half not."""
    axioms = {axiom for row in plan.examples for axiom in plan.examples[row].axioms}
    instances = {fact.instance for fact in plan.facts}
    ordered = [test[name][0] for name in by_hash(test, options.seed)]
    known = [one for one in ordered if one.instance in instances or (one.axioms and axioms.issuperset(one.axioms))]
    new = [one for one in ordered if one not in known]
    trained = {plan.examples[row].id: plan.examples[row] for row in plan.examples}
    recall = [trained[name] for name in by_hash(trained, options.seed)]
    half = options.samples - options.samples // 2
    chosen = [(one, "test", True) for one in known[:half]]
    chosen += [(one, "train", True) for one in recall[: half - len(chosen)]]
    chosen += [(one, "test", False) for one in new[: options.samples - len(chosen)]]
    chosen += [(one, "test", True) for one in known[half : half + options.samples - len(chosen)]]
    if not chosen:
        return ()
    format = materials.format
    prompts = [prompt_ids(format, one.messages) for one, _, _ in chosen]
    with untrained(model, materials):
        before = greedy(model, format, prompts, options.answer_tokens)
    after = greedy(model, format, prompts, options.answer_tokens)
    return tuple(
        Answer(one.id, split, is_known, _question(one), one.messages[-1]["content"], old, new_text)
        for (one, split, is_known), old, new_text in zip(chosen, before, after, strict=True)
    )


def _question(example: Example) -> str:
    return next((m["content"] for m in reversed(example.messages[:-1]) if m["role"] == "user"), "")
