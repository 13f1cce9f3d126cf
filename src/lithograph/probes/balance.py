"""Whether the words of a question give its answer away: a bag of words, asked in grouped cross-validation.

A multinomial naive Bayes with add-one smoothing (McCallum & Nigam 1998) reads the words of the question alone, the
options and the order of words left out, and names the answer. All probes of a group stand in one fold. A set is
balanced where it does no better than naming the commonest answer, by WITHIN at most; where a few probes decide, the
bootstrap interval over groups says so. Knows nothing about models of language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lithograph.core.errors import LithographError
from lithograph.core.identity import sha256_hex
from lithograph.probes.draft import YES
from lithograph.probes.wording import WORDS

FOLDS, WITHIN, ROUNDS = 5, 0.05, 2000
"""Folds of the cross-validation, how far above chance is balanced, rounds of the bootstrap."""
_WORD = re.compile(r"\w+", re.UNICODE)
_YES = frozenset(words[YES] for words in WORDS.values())
_FIXED = frozenset(word for words in WORDS.values() for word in words.values())


class Unbalanced(LithographError):
    """Probes whose answers are all the same side: whoever always answers so would be right."""

    def __init__(self, place: Path | str, problem: str, facts: str) -> None:
        super().__init__(place, problem, facts=facts,
                         cure="Press the dataset again with: make dataset, or ask for more probes.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Balance:
    """How well a bag of words does on some probes.

    probes, groups: how many. chance: the share of the commonest answer. accuracy: of the classifier, in
    cross-validation; low, high: its 95 % interval over resampled groups.
    """

    probes: int
    groups: int
    chance: float
    accuracy: float
    low: float
    high: float

    @property
    def even(self) -> bool:
        """Whether the words do not give the answers away, as far as so many probes can tell."""
        return self.accuracy <= self.chance + WITHIN or self.low <= self.chance

    def figures(self) -> dict[str, object]:
        """As a JSON value, rounded to four places."""
        rounded = {name: round(float(getattr(self, name)), 4) for name in ("chance", "accuracy", "low", "high")}
        return {"probes": self.probes, "groups": self.groups, **rounded, "even": self.even}


def check_balanced(probes: pa.Table, place: Path | str) -> None:
    """Refuse probes that ask yes or no and have only yes, or no yes at all, for an answer. Raises Unbalanced."""
    rows = [row for row in probes.select(["form", "options", "answer"]).to_pylist() if row["form"] == "yes_no"]
    positive = sum(row["options"][row["answer"]] in _YES for row in rows)
    facts = f"{len(rows)} ask yes or no, {positive} of them are answered by yes"
    if rows and not positive:
        raise Unbalanced(place, "a probe set without positive answers", facts)
    if rows and positive == len(rows):
        raise Unbalanced(place, "a probe set with positive answers only", facts)


def balance(probes: pa.Table) -> dict[str, Balance]:
    """The balance of each language's probes: `{language} {what}`, where what is status (yes, no, cannot be known),
    removal (yes, no), sign (more, less), and place (which option of a choice), where there are any."""
    columns = ["language", "kind", "form", "question", "options", "answer", "group"]
    sets: dict[str, list[Mapping[str, object]]] = {}
    for row in probes.select(columns).to_pylist():
        sets.setdefault(f"{row['language']} {_asked(row)}", []).append(row)
    return {name: of(rows) for name, rows in sorted(sets.items())}


def _asked(row: Mapping[str, object]) -> str:
    if row["form"] == "yes_no":
        return "removal" if row["kind"] == "removal" else "status"
    return "sign" if row["kind"] in ("sign", "chain") else "place"


def of(rows: Sequence[Mapping[str, object]]) -> Balance:
    """The balance of some probes. rows: with question, options, answer, group."""
    labels = [_label(row) for row in rows]
    groups = [str(row["group"]) for row in rows]
    names = sorted(set(labels))
    y = np.array([names.index(label) for label in labels])
    right = guesses(bags([str(row["question"]) for row in rows]), y, folds_of(groups)) == y
    chance = float(np.bincount(y).max() / len(y))
    low, high = interval(right, groups)
    return Balance(len(rows), len(set(groups)), chance, float(right.mean()), low, high)


def _label(row: Mapping[str, object]) -> str:
    """The answer as a class: its words where they are fixed, else its place."""
    options, answer = row["options"], row["answer"]
    assert isinstance(options, list) and isinstance(answer, int)
    return str(options[answer]) if options[answer] in _FIXED else str(answer)


def bags(texts: Sequence[str]) -> NDArray[np.int32]:
    """Counts of words, int32[texts, words], words in alphabetical order."""
    words = [_WORD.findall(text.casefold()) for text in texts]
    column = {word: i for i, word in enumerate(sorted({word for text in words for word in text}))}
    counts = np.zeros((len(texts), len(column)), np.int32)
    for i, text in enumerate(words):
        np.add.at(counts[i], [column[word] for word in text], 1)
    return counts


def folds_of(groups: Sequence[str]) -> NDArray[np.int64]:
    """The fold of each probe: groups in the order of their hash, dealt out in turn."""
    order = sorted(set(groups), key=sha256_hex)
    place = {group: i % FOLDS for i, group in enumerate(order)}
    return np.array([place[group] for group in groups])


def guesses(
    counts: NDArray[np.int32], labels: NDArray[np.integer], folds: NDArray[np.int64]
) -> NDArray[np.int64]:  # fmt: skip
    """What naive Bayes says of each fold, having learned from the others; −1 where there is nothing to learn from."""
    out = np.full(len(labels), -1, np.int64)
    for fold in np.unique(folds).tolist():
        seen, asked = folds != fold, folds == fold
        if not seen.any():
            continue
        classes = np.unique(labels[seen])
        totals = np.stack([counts[seen & (labels == c)].sum(axis=0) for c in classes]) + 1.0
        likelihood = np.log(totals / totals.sum(axis=1, keepdims=True))
        prior = np.log(np.array([(labels[seen] == c).mean() for c in classes]))
        out[asked] = classes[np.argmax(counts[asked] @ likelihood.T + prior, axis=1)]
    return out


def interval(right: NDArray[np.bool_], groups: Sequence[str], rounds: int = ROUNDS) -> tuple[float, float]:
    """The 95 % interval of a share, groups resampled with replacement (Efron 1979); the seed is fixed."""
    names, place = np.unique(np.array(groups), return_inverse=True)
    hits = np.bincount(place, weights=right.astype(float), minlength=len(names))
    sizes = np.bincount(place, minlength=len(names)).astype(float)
    drawn = np.random.default_rng(0).integers(0, len(names), (rounds, len(names)))
    shares = hits[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return float(low), float(high)


__all__ = ["Balance", "Unbalanced", "balance", "check_balanced"]
