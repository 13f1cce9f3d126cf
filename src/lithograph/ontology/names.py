"""From what a person types to the entity that is meant: prefixed name, IRI, last part of an IRI, label in any language.

Knows nothing about syntaxes. A name that is nobody's or several entities' is refused with the nearest names.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.core.errors import LithographError
from lithograph.ontology.axioms import ATOM_KINDS, Ontology
from lithograph.ontology.kinds import DATATYPES
from lithograph.ontology.manchester import short_name
from lithograph.ontology.survey import CLASS, DATA, DATATYPE, KIND_NAMES, OBJECT, survey
from lithograph.ontology.terms import Term

CLAIM = "claim"
"""The place of an error in what was typed."""

BUILT_IN: Mapping[Term, str] = {
    v.THING: CLASS, v.NOTHING: CLASS, v.OWL + "topObjectProperty": OBJECT, v.OWL + "bottomObjectProperty": OBJECT,
    v.OWL + "topDataProperty": DATA, v.OWL + "bottomDataProperty": DATA, **dict.fromkeys(sorted(DATATYPES), DATATYPE),
}  # fmt: skip
"""What needs no declaration."""


class NothingNamed(LithographError):
    """A name that no entity of the wanted kind has."""

    def __init__(self, word: str, wanted: str, near: Sequence[str], other: str = "") -> None:
        facts = f"nearest: {', '.join(near)}" if near else ""
        if other:
            facts = f"it is the name of {_article(kinds_in_words(other))}"
        cure = "Write a prefixed name, an IRI in <>, the last part of one, or a label in 'quotes'."
        super().__init__(CLAIM, f"no {kinds_in_words(wanted)} is called {word!r}", facts=facts, cure=cure)


class SeveralNamed(LithographError):
    """A name that several entities have."""

    def __init__(self, word: str, wanted: str, found: Sequence[Term]) -> None:
        shown = ", ".join(f"<{iri}>" for iri in found[:5])
        super().__init__(CLAIM, f"{len(found)} entities are called {word!r} where one {kinds_in_words(wanted)} is due",
                         facts=shown, cure="Write the IRI of one of them in <>.")  # fmt: skip


class UnknownPrefix(LithographError):
    """A prefix that the ontology does not declare."""

    def __init__(self, word: str, prefixes: Iterable[str]) -> None:
        known = [f"{p}:" for p in sorted(prefixes)]
        more = f" and {len(known) - 12} more" if len(known) > 12 else ""
        facts = f"prefixes: {', '.join(known[:12])}{more}"
        super().__init__(CLAIM, f"the prefix of {word!r} is not declared", facts=facts, cure="Write the IRI in <>.")


def kinds_in_words(letters: str) -> str:
    """`class or individual` for letters of `survey`."""
    return " or ".join(KIND_NAMES[letter] for letter in letters)


def _article(words: str) -> str:
    return f"{'an' if words[0] in 'aio' else 'a'} {words}"


@dataclass(frozen=True, slots=True)
class Names:
    """What the entities of an ontology are called.

    letters: IRI -> what it is used as (letters of `survey`). called: local name or label -> IRIs, sorted; folded: the
    same in small letters. prefixes: prefix without colon -> namespace. between_classes: relations that the ontology
    asserts of classes as such, which are individuals too (punning).
    """

    letters: Mapping[Term, str]
    called: Mapping[str, tuple[Term, ...]]
    folded: Mapping[str, tuple[Term, ...]]
    prefixes: Mapping[str, str]
    between_classes: frozenset[Term] = frozenset()

    def is_a(self, iri: Term, letter: str) -> bool:
        """Whether an entity is used as a kind of thing."""
        return letter in self.letters.get(iri, BUILT_IN.get(iri, ""))

    def find(self, word: str, wanted: str) -> Term:
        """The one entity of the wanted kinds that a word names. Raises NothingNamed, SeveralNamed, UnknownPrefix."""
        found = self.meant(word)
        fitting = [iri for iri in found if any(self.is_a(iri, letter) for letter in wanted)]
        if len(fitting) > 1:
            raise SeveralNamed(word, wanted, fitting)
        if not fitting:
            other = sorted({letter for iri in found for letter in self.letters.get(iri, BUILT_IN.get(iri, ""))})
            raise NothingNamed(word, wanted, [] if other else self._nearest(word, wanted), "".join(other))
        return fitting[0]

    def knows(self, word: str) -> bool:
        """Whether any entity is called so."""
        try:
            return bool(self.meant(word))
        except UnknownPrefix:
            return False

    def meant(self, word: str) -> list[Term]:
        """The entities that a word can stand for, by the first of the ways that finds any."""
        if word.startswith("<") and word.endswith(">"):
            word = word[1:-1]
        if word in self.letters or word in BUILT_IN:
            return [word]
        for names in (self.called, self.folded):
            found = names.get(word if names is self.called else word.casefold())
            if found:
                return list(found)
        prefix, colon, local = word.partition(":")
        if colon and not local.startswith("//"):
            if prefix not in self.prefixes:
                raise UnknownPrefix(word, self.prefixes)
            iri = self.prefixes[prefix] + local
            return [iri] if iri in self.letters or iri in BUILT_IN else []
        return [iri for iri in BUILT_IN if short_name(iri) == word]

    def _nearest(self, word: str, wanted: str) -> list[str]:
        names = [name for name, iris in self.called.items() if any(self.is_a(i, k) for i in iris for k in wanted)]
        folded: dict[str, str] = {}
        for name in sorted(names):
            folded.setdefault(name.casefold(), name)
        word = word.rpartition(":")[2].rpartition("#")[2].strip("<>").casefold()
        near = [folded[n] for n in difflib.get_close_matches(word, list(folded), n=3, cutoff=0.6)]
        return [f"'{name}'" if " " in name else name for name in near]


def names_of(ontology: Ontology) -> Names:
    """The names of an ontology's entities; labels are those of `survey`, in every language."""
    facts = survey(ontology)
    letters = {iri: facts.declared.get(iri, set()) | facts.used.get(iri, set())
               for iri in sorted({*facts.declared, *facts.used})}  # fmt: skip
    called: dict[str, set[Term]] = defaultdict(set)
    for iri in letters:
        for name in (short_name(iri), *(text for texts in facts.labels.get(iri, {}).values() for text in texts)):
            called[name].add(iri)
    folded: dict[str, set[Term]] = defaultdict(set)
    for name, iris in called.items():
        folded[name.casefold()] |= iris
    prefixes = {**v.PREFIXES, **ontology.prefixes}
    if "" not in prefixes and ontology.iri:
        prefixes[""] = ontology.iri if ontology.iri.endswith(("#", "/")) else ontology.iri + "#"
    return Names(
        {iri: "".join(sorted(kinds)) for iri, kinds in letters.items()},
        {name: tuple(sorted(iris)) for name, iris in called.items()},
        {name: tuple(sorted(iris)) for name, iris in folded.items()},
        prefixes,
        frozenset(_between_classes(ontology, letters)),
    )


def _between_classes(ontology: Ontology, letters: Mapping[Term, set[str]]) -> Iterator[Term]:
    texts = ontology.terms.texts
    facts = ontology.atoms[ontology.atom_kinds == ATOM_KINDS.index("ObjectPropertyAssertion")]
    for subject, relation in np.unique(facts[:, :2], axis=0).tolist():
        if CLASS in letters.get(texts[subject], ()):
            yield texts[relation]
