"""Which format an answer goes out in: what `Accept` says against what there is (RFC 9110, 12.5.1). Knows no RDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """A way of writing an answer: its media type, and other names that clients ask for it by."""

    key: str
    media: str
    aliases: tuple[str, ...] = ()


SOLUTIONS = (
    Format("json", "application/sparql-results+json", ("application/json",)),
    Format("xml", "application/sparql-results+xml", ("application/xml", "text/xml")),
    Format("csv", "text/csv"),
    Format("tsv", "text/tab-separated-values"),
)
"""Formats of SELECT and ASK, the one that is sent unasked first."""

TRIPLES = (
    Format("turtle", "text/turtle", ("application/x-turtle",)),
    Format("ntriples", "application/n-triples", ("text/plain",)),
    Format("rdfxml", "application/rdf+xml", ("application/xml", "text/xml")),
    Format("nquads", "application/n-quads"),
    Format("trig", "application/trig"),
)
"""Formats of CONSTRUCT and DESCRIBE."""


@dataclass(frozen=True, slots=True)
class _Range:
    """One part of an Accept header; `*` stands for any."""

    kind: str
    subtype: str
    quality: float

    def fits(self, media: str) -> int:
        """How exactly it names a media type: 3 by name, 2 by kind, 1 as anything, 0 not at all."""
        kind, _, subtype = media.partition("/")
        if (self.kind, self.subtype) == (kind, subtype):
            return 3
        if self.subtype != "*":
            return 0
        return 2 if self.kind == kind else int(self.kind == "*")


def choose(accept: str | None, formats: Sequence[Format]) -> tuple[Format, str] | None:
    """The format of the highest quality and the media type to send it as; ties go to the first of `formats`.

    No header accepts everything. A part that cannot be read counts for nothing.

    >>> choose("text/csv;q=0.5, application/json;q=0.9", SOLUTIONS)[1]
    'application/json'
    >>> choose("text/html", SOLUTIONS) is None
    True
    """
    ranges = list(_ranges(accept)) if accept and accept.strip() else [_Range("*", "*", 1.0)]
    best, chosen = 0.0, None
    for form in formats:
        for media in (form.media, *form.aliases):
            _, quality = max(((r.fits(media), r.quality) for r in ranges if r.fits(media)), default=(0, 0.0))
            if quality > best:
                best, chosen = quality, (form, media)
    return chosen


def _ranges(accept: str) -> Iterator[_Range]:
    for part in accept.lower().split(","):
        media, *parameters = (p.strip() for p in part.split(";"))
        kind, slash, subtype = media.partition("/")
        quality = next((p[2:].strip() for p in parameters if p.startswith("q=")), "1")
        try:
            value = float(quality)
        except ValueError:
            continue
        if kind and slash and subtype and 0 <= value <= 1:
            yield _Range(kind, subtype, value)
