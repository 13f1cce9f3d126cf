"""N-Triples in their canonical form to integer columns, a term looked at once and not once a mention.

The canonical form of RDF 1.1 N-Triples (section 4): one blank between terms, one before the full stop, no comments,
no blank lines. Knows nothing about any other text: whatever deviates is left to the parser, which is strict.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lithograph.core.vocabulary import RDF, XSD
from lithograph.ontology.terms import Term

Rows = NDArray[np.int32]

BLOCK = 1 << 25
"""Bytes that are taken apart at once."""

_CHARACTER = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=\x{A0}-\x{D7FF}-]|%[0-9A-Fa-f]{2})"
_IRI = rf"<[A-Za-z][A-Za-z0-9+.-]*:{_CHARACTER}*(?:#{_CHARACTER}*)?>"
_NODE = r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_LITERAL = r'"(?:[^"\\\x00-\x1f]|\\["\\nrt])*"'
_TAG = r"@[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*"
_TERM = rf"^(?:{_IRI}|{_NODE}|{_LITERAL}(?:{_TAG}|\^\^{_IRI})?)$"
_GAPS = (b" ", b" .\n")


def read_canonical(data: bytes) -> tuple[list[Term | None], Rows] | None:
    """(terms in the order of first mention, int32[n, 3] ids of them), None for what is not in the canonical form."""
    pieces = _pieces(data)
    if pieces is None:
        return None
    encoded = pieces.dictionary_encode()
    words = encoded.chunk(encoded.num_chunks - 1).dictionary
    blank, stop = encoded.chunk(0).indices[1].as_py(), encoded.chunk(0).indices[5].as_py()
    if (words[blank].as_py(), words[stop].as_py()) != _GAPS:
        return None
    parts = []
    for chunk in encoded.chunks:
        codes = np.frombuffer(chunk.indices.buffers()[1], np.int32, len(chunk)).reshape(-1, 6)
        if (codes[:, 1] != blank).any() or (codes[:, 3] != blank).any() or (codes[:, 5] != stop).any():
            return None
        parts.append(codes[:, ::2])
    rows = np.concatenate(parts)
    rows -= (rows > blank).astype(np.int32) + (rows > stop)
    low, high = sorted((blank, stop))
    try:
        terms = pa.concat_arrays([words[:low], words[low + 1 : high], words[high + 1 :]]).cast(pa.string())
    except pa.ArrowInvalid:  # no UTF-8
        return None
    del pieces, encoded, words, parts
    if not pc.all(pc.match_substring_regex(terms, _TERM)).as_py() or _misplaced(terms, rows):
        return None
    texts = [t[1:-1] if t[0] == "<" else t if t[-1] == '"' else _tagged(t) for t in terms.to_pylist()]
    return None if None in texts else (texts, rows)


def _pieces(data: bytes) -> pa.ChunkedArray | None:
    """Each line in six: subject, gap, predicate, gap, object, gap; nothing is copied but the places."""
    if not data.endswith(_GAPS[1]):
        return None
    buffer, raw = pa.py_buffer(data), np.frombuffer(data, np.uint8)
    chunks, start = [], 0
    while start < len(data):
        end = len(data) if len(data) - start <= BLOCK else data.rfind(b"\n", start, start + BLOCK) + 1
        if end <= start:
            return None
        places = _places(raw[start:end])
        if places is None:
            return None
        buffers = [None, pa.py_buffer(places), buffer.slice(start, end - start)]
        chunks.append(pa.Array.from_buffers(pa.binary(), len(places) - 1, buffers))
        start = end
    return pa.chunked_array(chunks)


def _places(raw: NDArray[np.uint8]) -> NDArray[np.int32] | None:
    """Where the six pieces of every line begin, and the end of the last one."""
    ends = np.flatnonzero(raw == ord("\n")).astype(np.int32)
    blanks = np.flatnonzero(raw == ord(" ")).astype(np.int32)
    starts = np.empty_like(ends)
    starts[0], starts[1:] = 0, ends[:-1] + 1
    first = np.searchsorted(blanks, starts)
    if first[-1] + 1 >= len(blanks):
        return None
    one, two = blanks[first], blanks[first + 1]
    if (two + 1 > ends - 2).any():
        return None
    places = np.stack((starts, one, one + 1, two, two + 1, ends - 2), axis=1)
    return np.append(places.ravel(), np.int32(len(raw)))


def _misplaced(terms: pa.StringArray, rows: Rows) -> bool:
    """Whether a literal is a subject, or anything but an IRI a predicate."""
    _, places, letters = terms.buffers()
    starts = np.frombuffer(places, np.int32, len(terms))
    first = np.frombuffer(letters, np.uint8)[starts]
    return bool((first[rows[:, 0]] == ord('"')).any() or (first[rows[:, 1]] != ord("<")).any())


def _tagged(text: str) -> Term | None:
    """The term of a blank node, or of a literal with a tag or a datatype; None where the two do not fit."""
    if text[0] == "_":
        return text
    words, _, tag = text.rpartition('"')
    if tag[0] == "@":
        return f'{words}"{tag.lower()}'
    datatype = tag[3:-1]
    if datatype.startswith(RDF) and datatype.endswith("angString"):
        return None
    return f'{words}"' if datatype == XSD + "string" else f'{words}"^^{datatype}'
