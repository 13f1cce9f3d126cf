"""What a run needs before its first step: dataset, model, format, facts. Knows nothing about steps or run folders."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from ..core.activity import Listener, silent
from .batches import Tokenised, pick_facts, tokenised
from .corpus import Corpus, open_corpus, read_training_rows
from .errors import NothingToTrain
from .facts import Fact, facts_of
from .model import BaseModel, find_model, load_tokenizer
from .options import TrainOptions
from .tokens import ChatFormat, Encoded, chat_format

SAMPLE_FACTS = 64


@dataclass(frozen=True, slots=True)
class Materials:
    """Everything read and nothing computed yet."""

    corpus: Corpus
    base: BaseModel
    format: ChatFormat
    facts: tuple[Fact, ...]
    reading: Tokenised


def gather(corpus: Corpus, base: BaseModel, options: TrainOptions) -> Materials:
    """Read the tokenizer and the training rows. Raises what is wrong with either."""
    format = chat_format(load_tokenizer(base), options.system, base.source)
    table = read_training_rows(corpus, options.languages, options.scenes)
    return Materials(corpus, base, format, facts_of(table), tokenised(table, format, options.max_length))


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
