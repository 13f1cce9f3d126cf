"""What a run needs before its first step: dataset, model, format, facts. Knows nothing about steps or run folders."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from ..core.activity import Listener, silent
from .batches import Tokenised, pick_facts, tokenised
from .corpus import Corpus, open_corpus, read_training_rows
from .errors import NothingToTrain, OtherBase
from .facts import Fact, facts_of
from .model import BaseModel, find_model, load_tokenizer
from .options import TrainOptions
from .tokens import ChatFormat, Encoded, chat_format
from .update import Update

SAMPLE_FACTS = 64


@dataclass(frozen=True, slots=True)
class Materials:
    """Everything read and nothing computed yet. replay: facts an earlier adapter has learned, to be shown again."""

    corpus: Corpus
    base: BaseModel
    format: ChatFormat
    facts: tuple[Fact, ...]
    reading: Tokenised
    replay: tuple[Fact, ...] = ()


def gather(corpus: Corpus, base: BaseModel, options: TrainOptions, update: Update | None = None) -> Materials:
    """Read the tokenizer and the training rows, of an update only those it names. Raises what is wrong with either."""
    if update is not None and update.base != base.digest:
        raise OtherBase(update.adapter, update.base, base.source)
    format = chat_format(load_tokenizer(base), options.system, base.source)
    table = read_training_rows(corpus, options.languages, options.scenes)
    reading = tokenised(table, format, options.max_length)
    if update is None:
        return Materials(corpus, base, format, facts_of(table), reading)
    facts = facts_of(table, update.learned)
    if not facts:
        raise NothingToTrain(corpus.folder, "what is new since the adapter", ())
    learned = {fact.instance for fact in facts}  # a fact that is learned in new words is not replayed besides
    replay = tuple(fact for fact in facts_of(table, update.kept) if fact.instance not in learned)
    return Materials(corpus, base, format, facts, reading, replay)


def find(dataset: Path, options: TrainOptions, listener: Listener = silent) -> tuple[Corpus, BaseModel]:
    """The dataset and the model that are meant."""
    corpus = open_corpus(dataset)
    return corpus, find_model(options.model, online=options.online, listener=listener)


def sample_of(materials: Materials, options: TrainOptions) -> list[Encoded]:
    """Examples that stand for what the run will learn from: those of the first facts it would choose."""
    chosen, dropped = pick_facts(materials.facts, SAMPLE_FACTS, options.seed, materials.reading)
    rows = [row for fact in chosen for row in fact.rows]
    if not rows:
        raise NothingToTrain(materials.corpus.folder, f"the bound of {options.max_length} tokens",
                             (f"{count} {why}" for why, count in dropped.items()))  # fmt: skip
    random.Random(f"sample {options.seed}").shuffle(rows)
    return [materials.reading.encoded[row] for row in rows[: 16 * options.batch]]
