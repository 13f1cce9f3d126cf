"""Which label speaks for a term, and what the ontology says about its forms. Knows nothing about grammar."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.terms import is_literal, literal_parts
from lithograph.speech.words import fold, is_title_word, local_name, speaks

LABEL_PROPERTIES = (
    v.LABEL,
    v.SKOS + "prefLabel",
    v.SCHEMA + "name",
    v.SCHEMA.replace("http:", "https:") + "name",
    v.DCT + "title",
    v.DC + "title",
    v.FOAF + "name",
)
"""Where a label is looked for, the best first."""

PROSE = 20_000
_CAPITAL = r"[A-ZА-ЯЁ][a-zа-яё]+(?:-[a-zа-яё]+)*(?![\w-])"
_INNER_CAPITALS = re.compile(rf"(?<=[a-zа-яё,;] ){_CAPITAL}(?: {_CAPITAL})*")
_SMALL = re.compile(r"(?<![\w-])[a-zа-яё]+(?:-[a-zа-яё]+)*(?![\w-])")

HINTS = ("plural", "genitive", "article", "properName", "verbPhrase", "verbPlural", "verbBare", "governs")
"""The lexical annotation properties of the vocabulary (litho:plural …)."""


BUILT_IN: Mapping[str, Mapping[str, str]] = {
    "en": {v.THING: "thing", v.NOTHING: "impossible thing", v.RDFS + "Literal": "value", v.XSD + "string": "text",
           v.XSD + "boolean": "truth value", v.XSD + "decimal": "number", v.XSD + "double": "number",
           v.XSD + "float": "number", v.XSD + "int": "whole number", v.XSD + "integer": "whole number",
           v.XSD + "dateTime": "moment", v.XSD + "date": "date", v.XSD + "anyURI": "web address",
           v.RDF + "langString": "text", v.RDF + "PlainLiteral": "text", v.XSD + "nonNegativeInteger": "whole number",
           v.XSD + "positiveInteger": "whole number", v.XSD + "long": "whole number", v.XSD + "gYear": "year",
           v.XSD + "dateTimeStamp": "moment", v.XSD + "duration": "duration", v.XSD + "time": "time of day"},
    "ru": {v.THING: "вещь", v.NOTHING: "невозможная вещь", v.RDFS + "Literal": "значение", v.XSD + "string": "текст",
           v.XSD + "boolean": "истинностное значение", v.XSD + "decimal": "число", v.XSD + "double": "число",
           v.XSD + "float": "число", v.XSD + "int": "целое число", v.XSD + "integer": "целое число",
           v.XSD + "dateTime": "момент времени", v.XSD + "date": "дата", v.XSD + "anyURI": "адрес в сети",
           v.RDF + "langString": "текст", v.RDF + "PlainLiteral": "текст", v.XSD + "nonNegativeInteger": "целое число",
           v.XSD + "positiveInteger": "целое число", v.XSD + "long": "целое число", v.XSD + "gYear": "год",
           v.XSD + "dateTimeStamp": "момент времени", v.XSD + "duration": "длительность", v.XSD + "time": "время"},
}  # fmt: skip
"""What the terms of OWL and XSD are called that claims speak of."""


def _assertions(ontology: Ontology, property_iri: str) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32]]]:
    """Subject and object ids of a property's assertions: the atoms, then the annotated ones."""
    terms = ontology.terms
    pid = terms.id(property_iri)
    if pid < 0:
        return
    rows = ontology.atoms[ontology.atoms[:, 1] == pid]
    yield rows[:, 0], rows[:, 2]
    pairs = [
        (terms.id(a.operands[1]), terms.id(a.operands[2]))
        for a in ontology.compounds
        if a.kind == "AnnotationAssertion"
        and a.operands[0] == property_iri
        and isinstance(a.operands[1], str)
        and isinstance(a.operands[2], str)
    ]
    found = np.array([p for p in pairs if min(p) >= 0], np.int32).reshape(-1, 2)
    yield found[:, 0], found[:, 1]


def language_rank(term: str, language: str) -> int:
    """How well a literal speaks a language: 0 its tag, 1 a regional tag, 2 untagged in its script, -1 not at all.

    >>> [language_rank(t, "en") for t in ('"pump"@en', '"pump"@en-gb', '"pump"', '"насос"', '"насос"@ru')]
    [0, 1, 2, -1, -1]
    >>> language_rank('"A person."@ru', "ru")
    -1
    """
    if not is_literal(term):
        return -1
    suffix = term[term.rindex('"') + 1 :]
    if suffix.startswith("@"):
        if language == "ru" and _FOREIGN.search(term) and not speaks(term[1 : term.rindex('"')], language):
            return -1
        return 0 if suffix[1:] == language else 1 if suffix[1:].startswith(language + "-") else -1
    if suffix and not suffix.endswith(("#string", "#PlainLiteral", "#normalizedString", "#token", "#langString")):
        return -1
    return 2 if speaks(term[1 : term.rindex('"')], language) else -1


_FOREIGN = re.compile(r'(?:^"|\s)(?:a|an|the|of|is|are|to|that|which|for|and|by)\s|^"(?-i:[a-z]+(?: [a-z]+)+)"', re.I)
"""Words that give away an English text with the tag of another language."""


def best_labels(ontology: Ontology, language: str) -> NDArray[np.int32]:
    """For every term the id of the literal that is its label in a language, -1 where there is none.

    By property, then by language tag, then by the text: nothing depends on the order of the file.
    """
    texts = ontology.terms.texts
    out = np.full(len(texts), -1, np.int32)
    parts = [
        (np.full(len(s), rank, np.int32), s, o)
        for rank, iri in enumerate(LABEL_PROPERTIES)
        for s, o in _assertions(ontology, iri)
    ]
    if not parts:
        return out
    rank, subject, label = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    distinct, inverse = np.unique(label, return_inverse=True)
    tag = np.array([language_rank(texts[i], language) for i in distinct.tolist()], np.int32)[inverse]
    keep = tag >= 0
    rank, subject, label, tag = rank[keep], subject[keep], label[keep], tag[keep]
    order = np.lexsort((label, tag, rank, subject))
    subject, label = subject[order], label[order]
    first = np.ones(len(subject), bool)
    first[1:] = subject[1:] != subject[:-1]
    out[subject[first]] = label[first]
    return out


def hints(ontology: Ontology, language: str) -> Mapping[int, Mapping[str, str]]:
    """What the ontology says of the forms of its words: term id -> hint -> text, in the language or untagged."""
    texts = ontology.terms.texts
    found: dict[int, dict[str, tuple[int, str]]] = defaultdict(dict)
    for hint in HINTS:
        for subjects, objects in _assertions(ontology, v.LITHO + hint):
            for s, o in zip(subjects.tolist(), objects.tolist(), strict=True):
                if not is_literal(texts[o]):
                    continue
                text, tag, _ = literal_parts(texts[o])
                rank = (
                    0 if tag == language else 1 if (tag or "").startswith(language + "-") else 2 if tag is None else -1
                )
                if rank >= 0 and (rank, fold(text)) < found[s].get(hint, (9, "")):
                    found[s][hint] = (rank, fold(text))
    return {s: {hint: text for hint, (_, text) in of.items()} for s, of in found.items() if of}


def namespace(iri: str) -> str:
    """What the names of one vocabulary share: the IRI up to its local name, with the prefix of numbered ids.

    >>> namespace("http://e.org/obo/NCBITaxon_Union_0000023"), namespace("http://e.org/o#Wheel")
    ('http://e.org/obo/NCBITaxon_Union', 'http://e.org/o#')
    """
    local = local_name(iri)
    numbered = _NUMBERED_ID.fullmatch(local)
    return iri[: len(iri) - len(local)] + (numbered[1] if numbered else "")


_NUMBERED_ID = re.compile(r"([A-Za-z][A-Za-z_]*?)_\d\w*")


@dataclass(frozen=True, slots=True)
class Usage:
    """How the prose of an ontology writes words: `names` with a capital inside a sentence and never small; `small`."""

    names: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()


def usage(ontology: Ontology, language: str, labels: Collection[str] = ()) -> Usage:
    """Which words the definitions and labels of an ontology write small, and which only with a capital.

    Looks at the first PROSE texts of some length, in the order of the terms. labels: of classes and relations; where
    prose writes a label with capitals (a Sound Process Profile), it speaks of a term and says nothing about names.
    """
    texts = ontology.terms.texts
    first = bisect_left(texts, '"')
    prose: list[str] = []
    for term in texts[first:]:
        if not is_literal(term) or len(prose) >= PROSE:
            break
        if len(term) > 40 and language_rank(term, language) >= 0:
            prose.append(term)
    together = "\n".join(prose)
    small = frozenset(_SMALL.findall(together)) | frozenset(_SMALL.findall("\n".join(labels)))
    terms = {label.lower() for label in labels}
    names = {
        word
        for run in set(_INNER_CAPITALS.findall(together))
        if run.lower() not in terms and run.lower().removesuffix("s") not in terms
        for word in run.split(" ")
    }
    return Usage(frozenset(names - {w.capitalize() for w in small}), small)


@dataclass(frozen=True, slots=True)
class Habits:
    """How a vocabulary writes the names of its classes and relations, where many of them agree.

    coded: a name begins with the number of its term (`E70 Thing`). shouted: a word in capitals is no acronym
    (`EVENT`). hyphened: words are joined by hyphens (`temporal-entity`).
    """

    coded: bool = False
    shouted: bool = False
    hyphened: bool = False

    def read(self, name: str) -> str:
        """A name as other vocabularies would write it.

        >>> Habits(coded=True).read("E70 Thing"), Habits(True, True, True).read("state-of-AFFAIRS")
        ('Thing', 'state of affairs')
        """
        if self.coded:
            name = _CODE.sub("", name)
        if self.hyphened and " " not in name:
            name = _HYPHEN.sub(" ", name)
        if self.shouted and name.isupper() and _SHOUT.search(name):
            return name.lower()
        return _SHOUT.sub(lambda word: word[0].lower(), name) if self.shouted else name


NO_HABITS = Habits()
_CODE = re.compile(r"^[A-Za-z]{1,3}\d+[a-z]?[_.:]?[_ ](?=[^\W_])")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
RELATION_IN_HYPHENS = re.compile(r"(?:has|is)-[\w-]+$|[\w-]+-(?:of|by|in|to|with|for|at|on|from|as)$")
_SHOUT = re.compile(r"(?<![^\W_])(?=[A-Z]*[AEIOUY])[A-Z]{4,}(?![^\W_])")
_LONG_SHOUT = re.compile(r"(?:[BCDFGHJ-NP-TV-Z]{0,3}[AEIOUY]{1,2}){2,}[BCDFGHJ-NP-TV-Z]{0,3}")


def naming_habits(names: Mapping[str, list[str]]) -> dict[str, Habits]:
    """The habits of each vocabulary that has any. names: namespace -> labels, or local names where there are none."""
    found = {}
    for space, texts in names.items():
        most = max(5, len(texts) // 3)
        joined = sum(" " not in t and bool(_HYPHEN.search(t)) for t in texts)
        capitals = [t for t in texts if len(t) > 6 and _LONG_SHOUT.fullmatch(t)]
        habits = Habits(
            coded=sum(bool(_CODE.match(t)) for t in texts) >= most,
            shouted=len(capitals) >= max(3, len(texts) // 25),
            hyphened=joined >= most,
        )
        if habits != NO_HABITS:
            found[space] = habits
    return found


def title_styles(labels: Mapping[str, list[str]]) -> dict[str, int]:
    """How a vocabulary writes the labels of its classes: 0 as in a sentence, 1 with a first capital, 2 Every Word So.

    labels: namespace -> class labels. A habit is what three labels of five follow; the Latin names of a taxonomy of
    living things always keep their capital: -1.
    """
    styles = {}
    for space, texts in labels.items():
        words = [t.split(" ") for t in texts]
        words = [w for w in words if is_title_word(w[0]) or w[0].islower()]  # acronyms show no habit
        first = [w for w in words if is_title_word(w[0])]
        several = [w for w in first if len(w) > 1]
        every = [w for w in several if all(is_title_word(x) or not x.isalpha() or len(x) < 4 for x in w[1:])]
        if "taxon" in space.lower():
            styles[space] = -1
        elif not first or len(first) * 5 < len(words) * 3:
            styles[space] = 0
        else:
            styles[space] = 2 if several and len(every) * 5 >= len(several) * 3 else 1
    return styles
