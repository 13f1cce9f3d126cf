"""Near-duplicates: texts of one group that share most of their character 5-grams. Exact, whatever the order.

A group is small, so every pair of it is looked at: first at two maps of bits, which tell most pairs apart and never a
pair that is alike, then at the grams themselves. Knows nothing about where texts come from.
"""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

GRAM = 5
THRESHOLD = 0.85
BITS = 512
"""Bits of the map of a text; a power of two."""
CHUNK = 1 << 14
Places = NDArray[np.int64]


def near_duplicates(
    texts: pa.StringArray, groups: NDArray[np.uint64], keys: NDArray[np.uint64], threshold: float = THRESHOLD
) -> Places:
    """For each text the place of the one that it is merged into, −1 where it stays.

    A text goes where its group holds one of lower (key, place) whose character 5-grams have a Jaccard similarity of at
    least `threshold` with its own; it points to the lowest such. A text of fewer than five characters is one gram.
    """
    out = np.full(len(texts), -1)
    one, other = _pairs(groups, keys)
    one, other = _comparable(texts, one, other, threshold)
    grams: dict[int, frozenset[str]] = {}
    for low, high in zip(one.tolist(), other.tolist(), strict=True):  # by the key of the lower, ascending
        if out[high] < 0 and _alike(_grams(texts, low, grams), _grams(texts, high, grams), threshold):
            out[high] = low
    return out


def _pairs(groups: NDArray[np.uint64], keys: NDArray[np.uint64]) -> tuple[Places, Places]:
    """Every pair of a group, the lower key first; in ascending order of that key."""
    order = np.lexsort((np.arange(len(groups)), keys, groups))
    ordered = groups[order]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(order)])
    sizes = np.diff(np.append(starts, len(order)))
    ones, others = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for size in np.unique(sizes[sizes > 1]).tolist():
        mine = order[starts[sizes == size][:, None] + np.arange(size)]
        for a, b in itertools.combinations(range(size), 2):
            ones.append(mine[:, a])
            others.append(mine[:, b])
    one, other = np.concatenate(ones), np.concatenate(others)
    by = np.lexsort((one, keys[one]))
    return one[by], other[by]


def _comparable(texts: pa.StringArray, one: Places, other: Places, threshold: float) -> tuple[Places, Places]:
    """The pairs that can be alike: nothing that is alike is left out.

    Two sets with Jaccard ≥ t differ in (1 − t)/(1 + t) · (|A| + |B|) members at most, and grams that differ set
    different bits of a map of BITS unless two of them fall on one bit: the maps differ in no more bits than the sets
    in members, and a set has no more members than its text has places.
    """
    if not len(one):
        return one, other
    used, place = np.unique(np.concatenate((one, other)), return_inverse=True)
    left, right = place[: len(one)], place[len(one) :]
    keep = np.zeros(len(one), bool)
    maps, sizes = _bit_maps(texts.take(pa.array(used)))
    for start in range(0, len(one), CHUNK):
        a, b = left[start : start + CHUNK], right[start : start + CHUNK]
        apart = np.bitwise_count(maps[a] ^ maps[b]).sum(axis=1)
        keep[start : start + CHUNK] = apart <= (1 - threshold) / (1 + threshold) * (sizes[a] + sizes[b]) + 1e-9
    return one[keep], other[keep]


def _bit_maps(texts: pa.StringArray) -> tuple[NDArray[np.uint64], Places]:
    """Of each text a map of the hashes of its grams, uint64[n, BITS/64], and how many grams it has at most."""
    maps = np.empty((len(texts), BITS // 64), np.uint64)
    sizes = np.empty(len(texts), np.int64)
    for start in range(0, len(texts), CHUNK):
        part = texts.slice(start, CHUNK).to_pylist()
        lengths = np.array([max(len(text), GRAM) for text in part])
        padded = "".join(text if len(text) >= GRAM else text.ljust(GRAM, "\0") for text in part)
        letters = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), np.uint32)
        mixed = letters[: len(letters) - GRAM + 1].astype(np.uint32)
        for i in range(1, GRAM):
            mixed = mixed * np.uint32(0x01000193) ^ letters[i : len(letters) - GRAM + 1 + i]
        mixed = (mixed * np.uint32(0x9E3779B1)) >> np.uint32(32 - BITS.bit_length() + 1)
        ends = np.cumsum(lengths)
        owner = np.repeat(np.arange(len(part)), lengths)[: len(mixed)]
        flags = np.zeros((len(part), BITS), bool)
        inside = np.ones(len(letters), bool)
        for i in range(1, GRAM):
            inside[ends - i] = False  # a window that reaches into the next text is no gram
        flags.reshape(-1)[(owner * BITS + mixed)[inside[: len(mixed)]]] = True
        maps[start : start + len(part)] = np.packbits(flags, axis=1).view(np.uint64)
        sizes[start : start + len(part)] = lengths - GRAM + 1
    return maps, sizes


def _grams(texts: pa.StringArray, place: int, known: dict[int, frozenset[str]]) -> frozenset[str]:
    if place not in known:
        known[place] = grams_of(texts[place].as_py())
    return known[place]


def grams_of(text: str) -> frozenset[str]:
    """The character 5-grams of a text; itself where it is shorter."""
    return frozenset(text[i : i + GRAM] for i in range(max(len(text) - GRAM + 1, 1)))


def _alike(one: frozenset[str], other: frozenset[str], threshold: float) -> bool:
    if min(len(one), len(other)) < threshold * max(len(one), len(other)):
        return False
    both = len(one & other)
    return both >= threshold * (len(one) + len(other) - both)
