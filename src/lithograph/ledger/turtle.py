"""Columns as Turtle text, without a Python loop over rows. Knows how to write terms, not which ones to write."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc

from lithograph.core.vocabulary import DCT, FAIR4ML, LITHO, MLS, OWL, PROV, RDFS, XSD

BATCH = 50_000
"""Rows written at a time: memory stays flat however long a table is."""

PREFIXES = "".join(
    f"@prefix {name}: <{iri}> .\n"
    for name, iri in (("prov", PROV), ("mls", MLS), ("fair4ml", FAIR4ML), ("dct", DCT), ("rdfs", RDFS), ("owl", OWL),
                      ("xsd", XSD), ("litho", LITHO))
).encode()  # fmt: skip

_UNFIT = '[\\x00-\\x20<>"{}|^`\\\\]'
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"))


def statements(*parts: str | pa.Array) -> memoryview:
    """The parts joined row by row, and the rows one after the other. A row with a null part is left out."""
    if not any(isinstance(p, pa.Array) for p in parts):
        return memoryview("".join(str(p) for p in parts).encode())
    joined = join(*parts).cast(pa.large_string())
    if len(joined) == 0:
        return memoryview(b"")
    offsets, values = joined.buffers()[1], joined.buffers()[2]
    if values is None:
        return memoryview(b"")
    ends = memoryview(offsets).cast("q")
    return memoryview(values)[ends[joined.offset] : ends[joined.offset + len(joined)]]


def join(*parts: str | pa.Array) -> pa.Array:
    """The parts joined row by row; null where a part is null."""
    out = pc.binary_join_element_wise(*(p if isinstance(p, pa.Array) else pa.scalar(p) for p in parts), "")
    return out.combine_chunks() if isinstance(out, pa.ChunkedArray) else out


def optional(*parts: str | pa.Array) -> pa.Array:
    """As `join`, but an empty text where a part is null."""
    return pc.fill_null(join(*parts), "")


def iri(values: pa.Array) -> pa.Array:
    """`<…>`; characters that no IRI may hold are percent-encoded; null for anonymous terms and literals."""
    if pa.types.is_dictionary(values.type):
        return pc.take(iri(values.dictionary), values.indices)
    texts = values.cast(pa.string())
    if pc.any(pc.match_substring_regex(texts, _UNFIT)).as_py():
        texts = pa.array([t if t is None or t.startswith('"') else fit_iri(t) for t in texts.to_pylist()], pa.string())
    named = pc.invert(pc.or_(pc.starts_with(texts, '"'), pc.starts_with(texts, "_:")))
    return join("<", pc.if_else(named, texts, pa.scalar(None, pa.string())), ">")


def fit_iri(text: str) -> str:
    """An IRI with the characters that Turtle forbids percent-encoded."""
    return "".join(quote(c, safe="") if c <= " " or c in '<>"{}|^`\\' else c for c in text)


def text(values: pa.Array) -> pa.Array:
    """`"…"`, escaped."""
    if pa.types.is_dictionary(values.type):
        return pc.take(text(values.dictionary), values.indices)
    out = values.cast(pa.string())
    for plain, escaped in _ESCAPES:
        out = pc.replace_substring(out, plain, escaped)
    return join('"', out, '"')


def number(values: pa.Array) -> pa.Array:
    """An integer as it is; a float as xsd:double."""
    if not pa.types.is_floating(values.type):
        return values.cast(pa.string())
    lexical = pc.replace_substring(pc.replace_substring(values.cast(pa.string()), "nan", "NaN"), "inf", "INF")
    return join('"', lexical, '"^^xsd:double')


def quoted(value: str) -> str:
    """One text as a Turtle literal."""
    for plain, escaped in _ESCAPES:
        value = value.replace(plain, escaped)
    return f'"{value}"'


def named(value: str) -> str:
    """One IRI as a Turtle term."""
    return f"<{fit_iri(value)}>"


def pairs(keys: pa.Array, lists: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(key, member) of every member of every list."""
    return pc.take(keys, pc.list_parent_indices(lists)), pc.list_flatten(lists)


def batches(table: pa.Table) -> Iterator[dict[str, pa.Array]]:
    """A table in slices of BATCH rows, each column one contiguous array."""
    for batch in table.to_batches(max_chunksize=BATCH):
        yield {name: batch.column(i) for i, name in enumerate(batch.schema.names)}


class Stream(io.RawIOBase):
    """Chunks of bytes as a file to read from."""

    def __init__(self, chunks: Iterable[memoryview | bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk).cast("B")
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n
