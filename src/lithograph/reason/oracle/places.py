"""Where HermiT is asked a question: the whole ontology, a module of it, or its schema first. Runs beside HermiT.

Sound shortcuts only. A contradiction found in a part of the ontology is one in the whole. A ⊥-locality module for the
names in a question keeps what the ontology says of them (Cuenca Grau, Horrocks, Kazakov, Sattler 2008): every model of
the module, with the question, extends to a model of the ontology.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lithograph.reason.oracle.worker import Oracle

SLOW = 0.06
"""Seconds that questions may take before they are asked of modules."""

SEEN = 16
"""So many questions tell how long one takes; Java starts slowly, so the last ones count."""

KNOWN = 200
"""From so many assertions on, the schema is asked first."""

NEAR = 64
"""The most assertions around its individuals that go with a question to the schema."""

KEPT = 128
"""The most modules that stay loaded."""


class Places:
    """HermiT on the whole ontology (`whole`), and where questions are slow there also on parts."""

    def __init__(self, oracle: Oracle, each: float) -> None:
        self.oracle, self.each, self.java = oracle, each, oracle.java
        self.whole = oracle.load_all(each)
        self.modular = True
        """Whether modules are worth asking, as far as was seen: they are small, and they are faster."""
        self._seconds: dict[bool, list[float]] = {True: [], False: []}
        self._modules: dict[str, Any] = {}
        self._extractor: Any = None
        self._schema: Any = None
        self._around: dict[str, list[Any]] = {}
        self._types: dict[str, list[Any]] = {}
        self._divide()

    def _divide(self) -> None:
        """Tell assertions from the schema, where there are many."""
        known = [
            a for a in self.oracle.axioms if str(a.getAxiomType().getName()).endswith(("Assertion", "Individuals"))
        ]
        if len(known) < KNOWN:
            return
        for axiom in known:
            names = [str(i) for i in axiom.getIndividualsInSignature()]
            for name in names:
                self._around.setdefault(name, []).append(axiom)
            if str(axiom.getAxiomType().getName()) == "ClassAssertion" and len(names) == 1:
                self._types.setdefault(names[0], []).append(axiom)
        schema = self.java("java.util.ArrayList")(self.oracle.axioms)
        schema.removeAll(self.java("java.util.LinkedHashSet")(known))
        self._schema = self.oracle.load(schema, self.each)

    def record(self, whole: bool, seconds: float) -> None:
        """A question was asked of the whole, or of a module, and took so many seconds."""
        last = self._seconds[whole]
        last.append(seconds)
        del last[:-SEEN]
        if not whole and len(last) == SEEN and sum(last) > sum(self._seconds[True]):
            self.modular = False

    def slow(self) -> bool:
        """Whether the whole is slow, and modules are worth asking."""
        last = self._seconds[True]
        return self.modular and len(last) == SEEN and sorted(last)[SEEN // 2] > SLOW

    def first(self, axioms: Any) -> tuple[Any, Any] | None:
        """The schema, and a question with the assertions near its individuals; None where it is not worth asking."""
        if self._schema is None:
            return None
        near = self.java("java.util.LinkedHashSet")(axioms)
        for axiom in self._near({str(i) for a in axioms for i in a.getIndividualsInSignature()}):
            near.add(axiom)
        return self._schema, self.java("java.util.ArrayList")(near)

    def _near(self, names: Iterable[str]) -> list[Any]:
        """Assertions about some individuals, and of which classes those are that they speak of."""
        near = [axiom for name in sorted(names) for axiom in self._around.get(name, ())[:NEAR]]
        others = sorted({str(i) for axiom in near for i in axiom.getIndividualsInSignature()})
        return (near + [axiom for name in others for axiom in self._types.get(name, ())])[: 2 * NEAR]

    def of(self, axioms: Any) -> Any:
        """The reasoner that decides a question: on the whole, or on the module of its names."""
        if not self.slow():
            return self.whole
        names = self.java("java.util.HashSet")()
        for axiom in axioms:
            names.addAll(axiom.getSignature())
        key = " ".join(sorted(str(name) for name in names))
        if key not in self._modules:
            if len(self._modules) >= KEPT:
                del self._modules[next(iter(self._modules))]
            self._modules[key] = self._module(names)
        return self._modules[key]

    def _module(self, names: Any) -> Any:
        """HermiT on a module; on the whole, from then on, where the module is not much smaller."""
        if self._extractor is None:
            manager = self.oracle.managers.createOWLOntologyManager()
            ontology = manager.createOntology(self.java("java.util.LinkedHashSet")(self.oracle.axioms))
            kind = self.java("uk.ac.manchester.cs.owlapi.modularity.ModuleType").BOT
            extractor = self.java("uk.ac.manchester.cs.owlapi.modularity.SyntacticLocalityModuleExtractor")
            self._extractor = extractor(manager, ontology, kind)
        module = self._extractor.extract(names)
        if module.size() * 2 > self.oracle.axioms.size():
            self.modular = False
            return self.whole
        selection = self.java("java.util.ArrayList")(self.oracle.axioms)
        selection.retainAll(module)
        return self.oracle.load(selection, self.each)
