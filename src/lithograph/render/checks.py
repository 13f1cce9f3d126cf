"""What is wrong with a printed text, found over thousands of texts at once. Knows nothing about where they come from.

Patterns run in Arrow's RE2 over the whole column, repeated words in numpy over its bytes; only what they suspect is
looked at text by text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lithograph.speech.words import identifiers_in, repeated_words

SHORTEST, LONGEST = 2, 4000

REASONS = (
    "",
    "an empty part",
    "a raw IRI",
    "an identifier",
    "an unfilled place",
    "two articles",
    "a word twice",
    "too short",
    "too long",
)
"""What a text can be dead of; the first is a text that lives."""

_ALIVE, _EMPTY, _IRI, _IDENTIFIER, _UNFILLED, _ARTICLES, _TWICE, _SHORT, _LONG = REASONS

_PATTERNS: tuple[tuple[str, str], ...] = (
    (_IRI, r"https?://|urn:[a-z0-9]|www\.\w"),
    (_UNFILLED, r"\{\{|\}\}|\{%|%\}|⟦|⟧|\bundefined\b|\[\[|<[a-z]+>"),
    (_EMPTY, r"^\s*$| [.,;?!](?:\s|$)|“”|«»|\"\"|\(\)|  |(?:^|\s)[,;](?:\s|$)|,\s*[,.]|(?:^|[^.])\.\.(?:[^.]|$)"),
    (_ARTICLES, r"(?i)\b(?:an?|the) (?:an?|the)\b"),
    (_IDENTIFIER, r"[\pL\d]_[\pL\d]|\pL\p{Ll}\p{Lu}"),
)
_SUSPECT = (
    "|".join(
        f"(?:{pattern})" for name, pattern in _PATTERNS if not pattern.startswith("(?i)") and name is not _IDENTIFIER
    )
    + r"|\b(?:[Aa]n?|[Tt]he) (?:an?|the)\b"
)
_FEW = 32  # texts: fewer are looked at one by one
_PYTHON = {
    name: re.compile(
        pattern.replace(r"[\pL\d]", r"[^\W_]").replace(r"\pL\p{Ll}\p{Lu}", "[A-Za-zА-Яа-яЁё][a-zа-яё][A-ZА-ЯЁ]")
    )
    for name, pattern in _PATTERNS
}


def dead_prints(
    texts: Sequence[str] | pa.StringArray,
    known: Collection[str] = frozenset(),
    *,
    shortest: int = SHORTEST,
    longest: int = LONGEST,
) -> NDArray[np.object_]:
    """For each text the reason (one of REASONS) why it must not be printed, empty where nothing is wrong.

    known: words that look like identifiers and are labels (mRNA, GenBank), and repeated words that are names
    (`Bora Bora`), as in `Lexicon.identifiers`.
    """
    reasons = np.full(len(texts), _ALIVE, object)
    if not len(texts):
        return reasons
    column = texts if isinstance(texts, pa.StringArray) else pa.array(texts, pa.string())
    lengths = pc.utf8_length(column).to_numpy()
    repeating = _repeating(column)
    places = np.flatnonzero(repeating | _matching(column, f"{_SUSPECT}|{dict(_PATTERNS)[_IDENTIFIER]}"))
    few = column.take(pa.array(places))
    suspects = repeating[places] | _matching(few, _SUSPECT)
    for i, text, suspect in zip(places.tolist(), few.to_pylist(), suspects.tolist(), strict=True):
        reasons[i] = reason_of(text, known) if suspect else _word_of(text, known)
    reasons[lengths > longest] = _LONG
    short = (lengths < shortest) & (reasons == _ALIVE)
    reasons[short] = _SHORT
    return reasons


def suspected(values: Sequence[str], known: Collection[str]) -> list[str]:
    """For each value that is to stand in a print a reason why it may be dead there, empty where it cannot be."""
    if len(values) > _FEW:
        return [str(reason) for reason in dead_prints(values, known, shortest=0).tolist()]
    return [reason_of(value, known) or _word_of(value, known) for value in values]


def known_words(texts: Sequence[str]) -> frozenset[str]:
    """The words of given texts that look like identifiers, and those said twice on end: prints may hold them too."""
    found: set[str] = set()
    if texts:
        column = pa.array(texts, pa.string())
        shaped = _matching(column, dict(_PATTERNS)[_IDENTIFIER])
        for i in np.flatnonzero(shaped | _repeating(column)).tolist():
            found.update(identifiers_in(texts[i]))
            found.update(repeated_words(texts[i]))
    return frozenset(found)


def reason_of(text: str, known: Collection[str]) -> str:
    """Why a suspected text is dead, in the order of the patterns; empty where the suspicion was false."""
    for name, _ in _PATTERNS:
        if not _PYTHON[name].search(text):
            continue
        if name is _IDENTIFIER and all(word in known for word in identifiers_in(text)):
            continue
        return name
    return _TWICE if any(pair not in known for pair in repeated_words(text)) else _ALIVE


def _word_of(text: str, known: Collection[str]) -> str:
    """The same for a text that is suspected only for a word that looks like an identifier."""
    if any(word not in known for word in identifiers_in(text)):
        return _IDENTIFIER
    return _TWICE if any(pair not in known for pair in repeated_words(text)) else _ALIVE


def _matching(column: pa.StringArray, pattern: str) -> NDArray[np.bool_]:
    return np.asarray(pc.match_substring_regex(column, pattern).to_numpy(zero_copy_only=False), bool)


def _repeating(column: pa.StringArray) -> NDArray[np.bool_]:
    """Which texts may say a word twice on end: neighbours of one length that begin and end with the same byte."""
    offsets = np.frombuffer(column.buffers()[1], np.int32, len(column) + 1, 4 * column.offset)
    whole = pa.ListArray.from_arrays(pa.array([0, len(column)], pa.int32()), column)
    joined = max(int(offsets[-1] - offsets[0]) + len(column) - 1, 0)
    raw = np.frombuffer(pc.binary_join(whole, "\n").buffers()[2] or b"", np.uint8, joined)
    gaps = np.flatnonzero((raw <= 32) | _opening(raw)).astype(np.int32)
    if len(gaps) < 1:
        return np.zeros(len(column), bool)
    edges = np.concatenate((np.array([-1], np.int32), gaps, np.array([len(raw)], np.int32)))
    length = np.diff(edges) - 1
    # the second word may carry two marks (a quote is three bytes); a difference below 0 is large when unsigned
    pairs = np.flatnonzero((np.diff(length).view(np.uint32) < 6) & (length[:-1] > 1))
    middle, size = edges[pairs + 1], length[pairs]
    same = (raw[middle - size] | 32) == (raw[middle + 1] | 32)
    same &= (raw[middle - 1] | 32) == (raw[middle + size] | 32)
    same &= raw[middle] == 32
    starts = offsets - offsets[0] + np.arange(len(column) + 1, dtype=np.int32)
    found = np.zeros(len(column), bool)
    found[np.searchsorted(starts, middle[same], "right") - 1] = True
    return found


def _opening(raw: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a mark that opens something ends, in UTF-8: ( " “ ‘ «; a word begins behind it."""
    found: NDArray[np.bool_] = (raw == ord("(")) | (raw == ord('"'))
    found[1:] |= (raw[1:] == 0xAB) & (raw[:-1] == 0xC2)
    found[2:] |= ((raw[2:] == 0x9C) | (raw[2:] == 0x98)) & (raw[1:-1] == 0x80) & (raw[:-2] == 0xE2)
    return found
