"""Terms of the ontology as tokens of their own. Knows nothing about ontologies: labels are handed in.

A term that the tokenizer cuts into pieces is learned piece by piece, and its pieces mean other things elsewhere. The
commonest such terms of the training texts become tokens, each with the blank before it as the tokenizer's own words
have. A new token starts as the mean of its pieces, at the input and, where the model does not tie them, at the output;
its row is trained beside the LoRA, all other rows stay.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken
from transformers import PreTrainedTokenizerBase

from .errors import AdapterBroken, NoTerms

TERMS = "terms.json"
"""Beside an adapter: its terms with their ids and the ids of their pieces."""
_PLURAL = ("s", "es")


@dataclass(frozen=True, slots=True)
class Term:
    """A token: its text with the blank before it, its id, the ids of the pieces it was cut into before."""

    text: str
    id: int
    pieces: tuple[int, ...]


def pick_terms(texts: Iterable[str], labels: Collection[str], tokenizer: PreTrainedTokenizerBase,
               count: int) -> tuple[str, ...]:  # fmt: skip
    """The `count` labels that stand most often in the texts after a blank, and that the tokenizer cuts into pieces.

    Of equals the first in the alphabet. A label that also begins other words (but for its plural) is left out: "air"
    would cut "airflow". A label inside a longer one counts where the longer one does not stand.
    """
    wished = sorted({label for label in labels if _pieces(tokenizer, f" {label}")}, key=lambda one: (-len(one), one))
    if not wished:
        return ()
    pattern = re.compile(r"(?<=\s)(?:" + "|".join(map(re.escape, wished)) + r")(\w*)")
    alone, within = Counter[str](), set[str]()
    for text in texts:
        for match in pattern.finditer(text):
            tail = match.group(1)
            label = match.group(0)[: len(match.group(0)) - len(tail)]
            if not tail or tail in _PLURAL:
                alone[label] += 1
            else:
                within.add(label)
    able = [label for label in sorted(alone) if label not in within]
    return tuple(sorted(able, key=lambda one: -alone[one])[:count])


def _pieces(tokenizer: PreTrainedTokenizerBase, text: str) -> tuple[int, ...]:
    """The ids that a text is cut into; none where it is one token already or is not given back as it was."""
    encode: Any = tokenizer
    ids = encode(text, add_special_tokens=False)["input_ids"]
    whole = encode.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False) == text
    return tuple(ids) if whole and len(ids) > 1 else ()


def add_terms(tokenizer: PreTrainedTokenizerBase, labels: Sequence[str], place: object) -> tuple[Term, ...]:
    """Make tokens of the labels, in order. Raises NoTerms where there are none."""
    if not labels:
        raise NoTerms(place)
    texts = [f" {label}" for label in labels]
    pieces = [_pieces(tokenizer, text) for text in texts]
    tokenizer.add_tokens([AddedToken(text, normalized=False, special=False) for text in texts])
    ids: Any = tokenizer.convert_tokens_to_ids(texts)
    return tuple(Term(text, int(id), cut) for text, id, cut in zip(texts, ids, pieces, strict=True))


def grow(model: Any, terms: Sequence[Term]) -> None:
    """Give the model a row for each term, the mean of its pieces' rows."""
    if not terms:
        return
    size = max(int(model.config.get_text_config().vocab_size), 1 + max(term.id for term in terms))
    model.resize_token_embeddings(size, mean_resizing=False)
    tables = [model.get_input_embeddings().weight]
    if model.get_output_embeddings().weight is not tables[0]:
        tables.append(model.get_output_embeddings().weight)
    with torch.no_grad():
        for table in tables:
            for term in terms:
                table[term.id] = table[list(term.pieces)].mean(dim=0)
    model.requires_grad_(False)


def token_indices(model: Any, terms: Sequence[Term]) -> list[int] | dict[str, list[int]] | None:
    """Which rows are trained, as PEFT is told: of tied embeddings those of the input, else of both tables."""
    if not terms:
        return None
    ids = [term.id for term in terms]
    into, out = model.get_input_embeddings(), model.get_output_embeddings()
    if into.weight is out.weight:
        return ids
    names = {module: name.rsplit(".", 1)[-1] for name, module in model.named_modules() if module in (into, out)}
    return {names[into]: ids, names[out]: ids}


def terms_of(adapter: Path) -> tuple[Term, ...]:
    """The terms of a saved adapter; none where it has none. Raises AdapterBroken."""
    file = adapter / TERMS
    if not file.is_file():
        return ()
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return tuple(Term(row["term"], int(row["id"]), tuple(row["pieces"])) for row in rows)
    except (ValueError, KeyError, TypeError) as error:
        raise AdapterBroken(file, f"its terms cannot be read: {type(error).__name__}") from error
