"""What sets two versions of an ontology apart, axiom by axiom. Knows nothing about files, ledgers or words.

An axiom is its structural string (its id is the hash of that), so neither order nor syntax has a part in this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lithograph.core.vocabulary import RDFS, SKOS
from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.ontology.manchester import Namer, mentioned, short_name
from lithograph.ontology.pairing import pairs
from lithograph.ontology.read_structural import read_structural
from lithograph.ontology.renames import Renaming, renamed, renames
from lithograph.ontology.terms import Term, is_iri, literal_parts

_LABELS = tuple(f"AnnotationAssertion(<{iri}> <" for iri in (RDFS + "label", SKOS + "prefLabel"))
_DECLARATION = "Declaration("

Notes = tuple[tuple[Term, Term], ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an ontology.

    name: what the user calls it. said: the structural strings of its axioms -> the ids of their annotated forms, none
    for an axiom without annotations. notes: the annotations on those; empty where only the ids are known (a ledger
    keeps no more). header: what stands at the head of its file, as far as it is known.
    """

    name: str
    said: Mapping[str, tuple[str, ...]]
    notes: Mapping[str, tuple[Notes, ...]] = field(default_factory=dict)
    header: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def namer(self, languages: Iterable[str] = ("en",)) -> Namer:
        """How its terms are called: by label, quoted where there is a blank in it, else by short name.

        Of several labels that in the first of the languages, then one without a language, then any; then the first by
        alphabet.
        """
        order = {language: rank for rank, language in enumerate([*languages, ""])}
        best: dict[Term, tuple[int, str, str]] = {}
        for text in self.said:
            if text.startswith(_LABELS):
                _, subject, value = (str(operand) for operand in read_structural(text).operands)
                if not value.startswith('"'):
                    continue
                label, language, _ = literal_parts(value)
                rank = (order.get(language or "", len(order)), language or "", label)
                best[subject] = min(best.get(subject, rank), rank)

        def name(term: Term) -> str:
            if term not in best or not is_iri(term):
                return short_name(term)
            label = best[term][2]
            return f"'{label}'" if " " in label else label

        return name

    def kinds(self) -> dict[Term, str]:
        """IRI -> what it is declared as: Class, ObjectProperty …; the first by alphabet where it is several."""
        out: dict[Term, str] = {}
        for text in sorted(self.said):
            if text.startswith(_DECLARATION):
                kind, _, iri = text[len(_DECLARATION) : -2].partition("(<")
                out.setdefault(iri.removesuffix(">"), kind)
        return out


def version_of(ontology: Ontology, name: str) -> Version:
    """A loaded ontology as a version."""
    said: dict[str, tuple[str, ...]] = dict.fromkeys(ontology.axiom_texts(), ())
    notes: dict[str, tuple[Notes, ...]] = {}
    for axiom in ontology.compounds:
        if axiom.annotations:
            text = axiom.text
            said[text] = tuple(sorted({*said[text], axiom.annotated_id}))
            notes[text] = tuple(sorted({*notes.get(text, ()), tuple(sorted(axiom.annotations))}))
    imports = sorted(
        {source.iri or source.path.name for source in ontology.sources[1:]} | set(ontology.missing_imports)
    )
    header = {"ontology IRI": (ontology.iri or "",), "version IRI": (ontology.version_iri or "",),
              "imports": tuple(imports), "licence": tuple(s.licence or "" for s in ontology.sources[:1])}  # fmt: skip
    return Version(name, said, notes, header)


@dataclass(frozen=True, slots=True)
class Change:
    """An axiom that was edited."""

    old: Axiom
    new: Axiom

    @property
    def is_text(self) -> bool:
        """Whether it is an annotation of an entity: a label, a definition, a comment."""
        return self.old.kind == "AnnotationAssertion"


@dataclass(frozen=True, slots=True)
class Annotated:
    """An axiom that says the same, with other annotations on it; None where they are not known."""

    axiom: Axiom
    old: tuple[Notes, ...] | None
    new: tuple[Notes, ...] | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What sets two versions apart; each list sorted by structural string, the header by what it is about."""

    came: tuple[Axiom, ...] = ()
    went: tuple[Axiom, ...] = ()
    changed: tuple[Change, ...] = ()
    annotated: tuple[Annotated, ...] = ()
    renamed: tuple[Renaming, ...] = ()
    header: tuple[tuple[str, str, str], ...] = ()  # what, old, new

    def __bool__(self) -> bool:
        return bool(self.came or self.went or self.changed or self.annotated or self.renamed or self.header)


def difference(old: Version, new: Version) -> Difference:
    """What sets two versions apart."""
    went = {text: read_structural(text) for text in old.said.keys() - new.said.keys()}
    came = {text: read_structural(text) for text in new.said.keys() - old.said.keys()}
    vanished, appeared = _only(went, new.said), _only(came, old.said)
    names, explained_old, explained_new = renames(went, came, vanished, appeared)
    put = {renaming.old: renaming.new for renaming in names}
    left = [(went[text], renamed(went[text], put)) for text in sorted(went.keys() - explained_old)]
    right = [came[text] for text in sorted(came.keys() - explained_new)]
    before = {now.text: then for then, now in left}  # held against the new version under the new names
    changed = [Change(before[a.text], b) for a, b in pairs((now for _, now in left), right)]
    old_texts, new_texts = {c.old.text for c in changed}, {c.new.text for c in changed}
    return Difference(
        came=tuple(a for a in right if a.text not in new_texts),
        went=tuple(a for a, _ in left if a.text not in old_texts),
        changed=tuple(sorted(changed, key=lambda c: c.old.text)),
        annotated=tuple(_annotated(old, new)),
        renamed=tuple(names),
        header=tuple(_header(old, new)),
    )


def _only(axioms: Mapping[str, Axiom], others: Iterable[str]) -> frozenset[Term]:
    """The IRIs that axioms of one version mention and the other version nowhere does."""
    named = {iri for axiom in axioms.values() for iri in mentioned(axiom)}
    if not named:
        return frozenset()
    for text in others:
        if not named:
            break
        named -= {part.partition(">")[0] for part in text.split("<")[1:]} & named
    return frozenset(named)


def _annotated(old: Version, new: Version) -> Iterable[Annotated]:
    for text in sorted({*(t for t, ids in old.said.items() if ids), *(t for t, ids in new.said.items() if ids)}):
        if text in old.said and text in new.said and old.said[text] != new.said[text]:
            known = [version.notes.get(text) if version.said[text] else () for version in (old, new)]
            yield Annotated(read_structural(text), known[0], known[1])


def _header(old: Version, new: Version) -> Iterable[tuple[str, str, str]]:
    for what in sorted(old.header.keys() & new.header.keys()):
        before, after = old.header[what], new.header[what]
        if before != after:
            gone, come = [x for x in before if x not in after], [x for x in after if x not in before]
            yield what, ", ".join(gone), ", ".join(come)
