"""What a run needs before its first step: dataset, model, format, facts. Knows nothing about steps or run folders."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from ..core.activity import Listener, silent
from .batches import ALL_BY_WEIGHT, Choice, Plan, Tokenised, make_plan, pick_facts, tokenised
from .choice import Focus
from .corpus import Corpus, open_corpus, read_training_rows
from .errors import NothingToTrain, OtherBase
from .facts import Fact, facts_of
from .mixture import mixed
from .model import BaseModel, context_of, find_model, load_tokenizer
from .options import TrainOptions
from .practice import with_practice
from .scratch import scratch_named
from .shuffle import shuffled_answers
from .terms import Term, add_terms, pick_terms, terms_of
from .tokens import ChatFormat, Encoded, chat_format
from .update import Update

SAMPLE_FACTS = 64


@dataclass(frozen=True, slots=True)
class Materials:
    """Everything read and nothing computed yet. replay: facts an earlier adapter has learned, to be shown again.

    terms: what the tokenizer was given as tokens. how: how facts are chosen and put in order. told_right: of shuffled
    answers, how many examples kept an answer that equals their own; None where answers are right.
    """

    corpus: Corpus
    base: BaseModel
    format: ChatFormat
    facts: tuple[Fact, ...]
    reading: Tokenised
    replay: tuple[Fact, ...] = ()
    terms: tuple[Term, ...] = ()
    how: Choice = ALL_BY_WEIGHT
    told_right: int | None = None


def gather(corpus: Corpus, base: BaseModel, options: TrainOptions, update: Update | None = None, *, focus: Focus = (),
           labels: Collection[str] = ()) -> Materials:  # fmt: skip
    """Read the tokenizer and the training rows, of an update only those it names. Raises what is wrong with either.

    focus: sets of axioms whose facts come first; labels: what may become a token.
    """
    if update is not None and update.base != base.digest:
        raise OtherBase(update.adapter, update.base, base.source)
    table = read_training_rows(corpus, options.languages, options.scenes, options.deepest)
    tokenizer = load_tokenizer(base)
    terms: tuple[Term, ...] = ()
    if options.add_terms:
        known = [one.text[1:] for one in terms_of(update.adapter)] if update else []
        terms = add_terms(tokenizer, known or pick_terms(_texts(table), labels, tokenizer, options.add_terms),
                          corpus.folder)  # fmt: skip
    format = chat_format(tokenizer, options.system, base.source)
    facts = facts_of(table, update.learned if update else None)
    if not facts:
        raise NothingToTrain(corpus.folder, "what is new since the adapter", ())
    learned = {fact.instance for fact in facts}  # a fact that is learned in new words is not replayed besides
    again = tuple(fact for fact in facts_of(table, update.kept) if fact.instance not in learned) if update else ()
    facts = with_practice(facts, table, options.practice)
    kept = None
    if options.answers == "shuffled":
        table, kept = shuffled_answers(table, options.seed)
    reading = tokenised(table, format, min(options.max_length, context_of(base) or options.max_length))
    how = Choice(focus, options.balance, options.curriculum, own_share=options.own_answers, seed=options.facts_seed)
    ready = Materials(corpus, base, format, facts, reading, again, terms, how, kept)
    return ready if update else replace(ready, facts=mixed(facts, options.mixture, corpus.folder))


def _texts(table: pa.Table) -> list[str]:
    return [message["content"] for conversation in table["messages"].to_pylist() for message in conversation]


def find(dataset: Path, options: TrainOptions, listener: Listener = silent) -> tuple[Corpus, BaseModel]:
    """The dataset and the model that are meant; of a run from scratch a model that is still to be made."""
    corpus = open_corpus(dataset)
    if options.scratch:
        return corpus, scratch_named(corpus, options)
    return corpus, find_model(options.model, online=options.online, listener=listener)


def plan_for(materials: Materials, options: TrainOptions, steps: int, update: Update | None = None) -> Plan:
    """The plan of a run of so many steps, or of as many as read `options.tokens`. Raises as `make_plan` does."""
    share = update.replay if update and materials.replay else 0.0

    def planned(count: int) -> Plan:
        return make_plan(materials.facts, materials.reading, steps=count, batch=options.batch,
                         exposures=options.exposures, seed=options.seed, place=materials.corpus.folder,
                         replay=materials.replay, share=share, how=materials.how)  # fmt: skip

    if options.tokens is None or steps:
        return planned(steps)
    sample = sample_of(materials, options)
    mean = sum(len(row.ids) for row in sample) / len(sample)
    tried: dict[int, Plan] = {}
    steps = max(1, round(options.tokens / (mean * options.batch)))
    while steps not in tried and len(tried) < 8:
        plan = tried[steps] = planned(steps)
        steps = max(1, round(len(plan.steps) * options.tokens / plan.tokens))
    wish = options.tokens
    return min(tried.values(), key=lambda plan: (abs(plan.tokens - wish), len(plan.steps)))


def sample_of(materials: Materials, options: TrainOptions) -> list[Encoded]:
    """Examples that stand for what the run will learn from: those of the first facts it would choose."""
    chosen, dropped = pick_facts(materials.facts, SAMPLE_FACTS, options.facts_seed, materials.reading, materials.how)
    rows = [row for fact in chosen for row in fact.rows]
    if not rows:
        raise NothingToTrain(materials.corpus.folder, f"the bound of {options.max_length} tokens",
                             (f"{count} {why}" for why, count in dropped.items()))  # fmt: skip
    random.Random(f"sample {options.seed}").shuffle(rows)
    return [materials.reading.encoded[row] for row in rows[: 16 * options.batch]]
