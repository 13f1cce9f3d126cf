"""The module of a claim: the axioms that can have a part in whether it holds. What an edit elsewhere does not move.

An axiom is outside where all its triggers (`models.index`) are symbols that neither the claim nor an axiom inside
speaks of. Any model of what is inside becomes a model of the whole ontology where those symbols are given nothing: they
stand in no axiom inside, and every axiom outside holds then. So the claim follows from the ontology, or contradicts
it, where it follows from its module or contradicts that (locality: Cuenca Grau, Horrocks, Kazakov, Sattler, "Modular
Reuse of Ontologies", JAIR 2008). The search for two models reads the same axioms, in the order of their rows, and no
others: a symbol comes into a structure with an axiom that speaks of it. Knows nothing about what is kept by a module.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.terms import Term
from lithograph.reason.models.index import Index, index_of, symbols
from lithograph.reason.question import left_out


@dataclass(slots=True)
class Modules:
    """The modules of an ontology's claims. common: the rows that are in every module, for what they speak of is always
    there; spoken: the symbols of these; ground: a hash of them, and of all that every search starts from.
    """

    ontology: Ontology
    index: Index
    common: frozenset[int] = frozenset()
    spoken: frozenset[Term] = frozenset()
    ground: str = ""
    _symbols: dict[int, frozenset[Term]] = field(default_factory=dict)

    @classmethod
    def of(cls, ontology: Ontology) -> Modules | None:
        """Those of an ontology; None where what is left out, rules or owl:topObjectProperty reach from everywhere to
        everywhere."""
        index = index_of(ontology)
        if index.rules or index.connected or left_out(ontology):
            return None
        made = cls(ontology, index)
        rows = made._reached(index.always)
        made.spoken = frozenset[Term]().union(*(made._spoken(row) for row in rows))
        made.common = frozenset(rows)
        made.ground = sha256_hex(canonical_json([made._told(rows), list(index.individuals)]))
        return made

    def key(self, claim: Axiom) -> str:
        """A hash of a claim and of its module: the same in every ontology in which the module is the same."""
        return sha256_hex(canonical_json([self.ground, self._told(self._beside(claim)), claim.kind, claim.operands]))

    def rows(self, claim: Axiom) -> list[int]:
        """The rows of a claim's module, ascending."""
        return sorted({*self.common, *self._beside(claim)})

    def _beside(self, claim: Axiom) -> set[int]:
        """The rows of a claim's module beside the common ones."""
        named = {symbol for operand in claim.operands for symbol in symbols(operand)}
        first = {row for symbol in named - self.spoken for row in self.index.of.get(symbol, ())}
        return self._reached(first - self.common)

    def _reached(self, rows: Iterable[int]) -> set[int]:
        """Rows with all that their symbols can trigger, and so on; without the common ones."""
        found, todo, seen = set(rows), list(rows), set[Term]()
        while todo:
            for symbol in self._spoken(todo.pop()) - self.spoken - seen:
                seen.add(symbol)
                fresh = [r for r in self.index.of.get(symbol, ()) if r not in found and r not in self.common]
                found.update(fresh)
                todo += fresh
        return found

    def _spoken(self, row: int) -> frozenset[Term]:
        if row not in self._symbols:
            operands = self.index.axioms[row].operands
            self._symbols[row] = frozenset(symbol for operand in operands for symbol in symbols(operand))
        return self._symbols[row]

    def _told(self, rows: Iterable[int]) -> list[str]:
        """Rows by their axioms, in their order, which the kind of row decides."""
        ids, atoms = self.ontology.axiom_ids(), len(self.ontology.atoms)
        return [f"{'atom' if row < atoms else 'compound'} {ids[row]}" for row in sorted(rows)]
