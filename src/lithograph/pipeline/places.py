"""Where an axiom stands: its file and the ontology that the file holds. Reads the files again only when asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lithograph.ontology.axioms import Ontology
from lithograph.ontology.load import load


@dataclass(frozen=True, slots=True)
class Place:
    """The name of a file and the IRI of the ontology in it."""

    file: str
    iri: str | None

    def __str__(self) -> str:
        return f"{self.file} <{self.iri}>" if self.iri else self.file


def places_of(ontology: Ontology, rows: Iterable[int]) -> dict[int, Place]:
    """The place of each axiom row: of several files that hold it, the first in the order of the sources.

    A row that no file holds as it stands, read alone (its terms are typed by the declarations of another), has none.
    """
    wanted = sorted(set(rows))
    sources = ontology.sources
    if len(sources) == 1:
        return dict.fromkeys(wanted, Place(sources[0].path.name, sources[0].iri))
    ids = {row: ontology.axiom(row).id for row in wanted}
    out: dict[int, Place] = {}
    for source in sources:
        if len(out) == len(wanted):
            break
        held = set(load(source.path, imports=False).axiom_ids())
        for row, axiom_id in ids.items():
            if axiom_id in held:
                out.setdefault(row, Place(source.path.name, source.iri))
    return out
