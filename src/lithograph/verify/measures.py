"""What is measured of a model's answers: accuracy and its kin, whole and by every column, with intervals.

Knows nothing about models; a model is a list of results, one for each seed that was trained. What of it is asked in
three answers (yes, no, it cannot be known) has a macro F1, a recall of *unknown* and one of what is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .statistics import BINS, CALIBRATION, MACRO_F1, SHARE, Draws, Floats, Interval, difference, interval

SLICES = ("axis", "probe_split", "depth", "level", "register", "language", "form", "kind")
"""The columns of the probes that accuracy is given by."""
CLASSES = ("yes", "no", "unknown")
_CLASS = {"asserted": 0, "entailed": 0, "refuted": 1, "unknown": 2}


@dataclass(frozen=True, slots=True)
class Measures:
    """A model on a set of probes.

    whole: by the measure's name; sliced: column -> value -> accuracy, values in order. Of `whole`, `accuracy` and
    `calibration error` are always there; `macro F1`, `recall of unknown`, `recall of known` (right where the key is yes
    or no) and `decided` (the share of these that were not said to be unknown) where probes have three answers.
    """

    whole: Mapping[str, Interval]
    sliced: Mapping[str, Mapping[str, Interval]]


def measure(probes: pa.Table, draws: Draws, seeds: Sequence[pa.Table]) -> Measures:
    """All measures of one model. seeds: its results, each in the order of the probes."""
    right = [right_and_asked(result) for result in seeds]
    whole = {"accuracy": interval(draws, SHARE, right)}
    whole["calibration error"] = interval(draws, CALIBRATION, [_calibration(result) for result in seeds])
    three = three_way(probes)
    if (three.key == 2).any() and (three.key >= 0).sum() > (three.key == 2).sum():
        whole |= _three_way(draws, three, seeds)
    sliced = {}
    for column in SLICES:
        values = probes[column].to_pylist()
        named = sorted({value for value in values if value is not None})
        masks = {str(value): np.array([v == value for v in values]) for value in named}
        sliced[column] = {name: interval(draws, SHARE, [rows * mask[:, None] for rows in right])
                          for name, mask in masks.items()}  # fmt: skip
    return Measures(whole, sliced)


def compare(
    draws: Draws, one: Sequence[pa.Table], other: Sequence[pa.Table], mask: NDArray[np.bool_] | None = None
) -> Interval:
    """How many points more accurate one model is than another on the same probes, or on those of a mask; paired."""
    rows = [[right_and_asked(result) for result in seeds] for seeds in (one, other)]
    if mask is not None:
        rows = [[held * mask[:, None] for held in seeds] for seeds in rows]
    return difference(draws, SHARE, rows[0], rows[1])


def right_and_asked(result: pa.Table) -> Floats:
    """float64[probes, 2]: whether the answer is right, and 1."""
    right = np.asarray(result["correct"].to_pylist(), np.float64)
    return np.stack([right, np.ones_like(right)], 1)


def _calibration(result: pa.Table) -> Floats:
    confidence = np.asarray(result["confidence"].to_pylist(), np.float64)
    right = np.asarray(result["correct"].to_pylist(), np.float64)
    place = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    held = np.zeros((len(right), BINS, 3))
    held[np.arange(len(right)), place] = np.stack([confidence, right, np.ones_like(right)], 1)
    return held.reshape(len(right), BINS * 3)


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """Which of CLASSES each option of a probe is (int64[probes, options]) and its key (int64[probes]); -1 for none."""

    options: NDArray[np.int64]
    key: NDArray[np.int64]


def three_way(probes: pa.Table) -> ThreeWay:
    """The classes of the options of yes-no probes.

    What an option's words mean is read off the probes whose key they are: the status of the claim that is asked about
    says whether it is a yes, a no or an unknown. A computed claim says nothing; its words do, from the other probes.
    """
    options, answers = probes["options"].to_pylist(), probes["answer"].to_pylist()
    truths, forms = probes["truth"].to_pylist(), probes["form"].to_pylist()
    votes: dict[str, NDArray[np.int64]] = {}
    for texts, answer, truth, form in zip(options, answers, truths, forms, strict=True):
        if form == "yes_no" and truth in _CLASS:
            votes.setdefault(texts[answer], np.zeros(3, np.int64))[_CLASS[truth]] += 1
    means = {text: int(count.argmax()) for text, count in votes.items()}
    width = max((len(texts) for texts in options), default=0)
    classes = np.full((len(options), width), -1, np.int64)
    for row, (texts, form) in enumerate(zip(options, forms, strict=True)):
        if form == "yes_no":
            classes[row, : len(texts)] = [means.get(text, -1) for text in texts]
    key = np.array([classes[row, answer] for row, answer in enumerate(answers)], np.int64)
    return ThreeWay(classes, key)


def _three_way(draws: Draws, three: ThreeWay, seeds: Sequence[pa.Table]) -> dict[str, Interval]:
    out: dict[str, list[Floats]] = {"macro F1": [], "recall of unknown": [], "recall of known": [], "decided": []}
    known, unknown = (three.key == 0) | (three.key == 1), three.key == 2
    for result in seeds:
        answer = np.asarray(result["answer"].to_pylist(), np.int64)
        said = three.options[np.arange(len(answer)), answer]
        counts = np.zeros((len(answer), 9))
        told = (three.key >= 0) & (said >= 0)
        counts[told, three.key[told] * 3 + said[told]] = 1
        out["macro F1"].append(counts)
        out["recall of unknown"].append(np.stack([(said == 2) & unknown, unknown], 1).astype(np.float64))
        out["recall of known"].append(np.stack([(said == three.key) & known, known], 1).astype(np.float64))
        out["decided"].append(np.stack([(said != 2) & known, known], 1).astype(np.float64))
    return {name: interval(draws, MACRO_F1 if name == "macro F1" else SHARE, rows) for name, rows in out.items()}


def majority_answers(probes: pa.Table) -> NDArray[np.int64]:
    """The answers of who has not read the question: of the probes with the same options the most frequent key by its
    text; where options differ from probe to probe, the most frequent place. Counted on the probes themselves, so it is
    the best that could be done that way."""
    options, answers = [tuple(row) for row in probes["options"].to_pylist()], probes["answer"].to_pylist()
    sets = [tuple(sorted(row)) for row in options]
    fixed = _repeated(sets)
    texts: dict[tuple[str, ...], dict[str, int]] = {}
    places: dict[int, dict[int, int]] = {}
    for row, held, answer in zip(options, sets, answers, strict=True):
        if held in fixed:
            count = texts.setdefault(held, {})
            count[row[answer]] = count.get(row[answer], 0) + 1
        else:
            count_at = places.setdefault(len(row), {})
            count_at[answer] = count_at.get(answer, 0) + 1
    out = []
    for row, held in zip(options, sets, strict=True):
        if held in fixed:
            best = max(texts[held], key=lambda text, held=held: (texts[held][text], text))  # type: ignore[misc]
            out.append(row.index(best))
        else:
            here = places[len(row)]
            out.append(max(here, key=lambda place, here=here: (here[place], -place)))  # type: ignore[misc]
    return np.array(out, np.int64)


def _repeated(sets: Sequence[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """The sets of options of which there are at least ten: fewer are no habit that an answer could follow."""
    seen: dict[tuple[str, ...], int] = {}
    for held in sets:
        seen[held] = seen.get(held, 0) + 1
    return {held for held, count in seen.items() if count >= 10}


def majority_results(probes: pa.Table) -> pa.Table:
    """Results of the majority answers; their confidence is the share of them that is right."""
    from .results import RESULTS

    answer = majority_answers(probes)
    right = answer == np.asarray(probes["answer"].to_pylist(), np.int64)
    sure = np.full(len(answer), right.mean() if len(right) else 0.0, np.float32)
    return pa.table({"id": probes["id"].combine_chunks(), "answer": answer.astype(np.int8), "correct": right,
                     "score": np.where(right, sure, 0).astype(np.float32), "confidence": sure},
                    schema=RESULTS)  # fmt: skip
