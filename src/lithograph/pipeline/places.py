"""Where an axiom stands: its file and the ontology that the file holds. Reads the files again only when asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lithograph.ontology.axioms import Ontology
from lithograph.ontology.load import said_by_file


@dataclass(frozen=True, slots=True)
class Place:
    """The name of a file and the IRI of the ontology in it."""

    file: str
    iri: str | None

    def __str__(self) -> str:
        return f"{self.file} <{self.iri}>" if self.iri else self.file


def places_of(ontology: Ontology, rows: Iterable[int]) -> dict[int, Place]:
    """The place of each axiom row: of several files that hold it, the first in the order of the sources."""
    wanted = sorted(set(rows))
    sources = ontology.sources
    if len(sources) == 1 or not wanted:
        return dict.fromkeys(wanted, Place(sources[0].path.name, sources[0].iri)) if sources else {}
    texts = {row: ontology.axiom(row).text for row in wanted}
    out: dict[int, Place] = {}
    for source, said in said_by_file(sources[0].path):
        held = set(said)
        place = Place(source.path.name, source.iri)
        out.update({row: place for row, text in texts.items() if row not in out and text in held})
        if len(out) == len(wanted):
            break
    return out
