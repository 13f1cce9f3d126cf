"""The words of an ontology in one language: every term's name and its forms, as columns.

Forms are made once for each distinct term and kept in arrays as long as the term table, so that a column for a
million rows is one numpy take; `naming` reads the names, `inflection` makes the forms of nouns. Knows nothing about
templates and scenes. Attributes: docs/reference/templates.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.axioms import Ontology
from lithograph.ontology.graph import Kind, Quantifier
from lithograph.ontology.terms import Terms, literal_parts
from lithograph.speech import english, english_verbs, russian, russian_verbs
from lithograph.speech.inflection import NO_HINTS, english_forms, russian_form
from lithograph.speech.labels import (
    NO_HABITS,
    Habits,
    Usage,
    best_labels,
    hints,
    namespace,
    naming_habits,
    title_styles,
    usage,
)
from lithograph.speech.naming import PROPERTY, is_called_by_identifier, names_of
from lithograph.speech.words import UNSPEAKABLE, join_list, local_name, sentence, upper_first

Ids = NDArray[np.int32]
Strings = NDArray[np.object_]

ENTITY_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "en": ("name", "a", "the", "every", "each", "plural", "governed", "text", "sentence"),
    "ru": ("name", "nom", "gen", "dat", "acc", "ins", "loc", "plural", "gen_plural", "governed", "text", "sentence"),
}
"""What a role filled by a class, an individual or a literal can be asked for; with a capital: at a sentence start."""

RELATION_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "en": ("verb", "verb_plural", "bare", "do", "rest", "verb_not", "counts", "counts_do", "counts_rest"),
    "ru": ("verb", "verb_plural", "bare", "verb_not"),
}
"""What a role filled by a relation can be asked for."""

LANGUAGES = ("en", "ru")


@dataclass(slots=True)
class _Column:
    """One attribute of every term, filled where it was asked for."""

    values: Strings
    filled: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Names and forms in one language (module docstring).

    labels: int32[terms] the label literal of a term, -1 where it has none. hinted: term id -> hint -> text.
    styles: namespace -> how it capitalises the labels of its classes. habits: namespace -> how it writes its names.
    usage: how its prose writes words.
    """

    terms: Terms
    kinds: NDArray[np.uint16]
    language: str
    labels: Ids
    hinted: Mapping[int, Mapping[str, str]]
    styles: Mapping[str, int]
    habits: Mapping[str, Habits] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    _columns: dict[str, _Column] = field(default_factory=dict, repr=False, compare=False)
    _relations: dict[int, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, ontology: Ontology, kinds: NDArray[np.uint16], language: str) -> Lexicon:
        """The words of an ontology in a language ("en", "ru"); kinds: Kind flags of every term."""
        if language not in LANGUAGES:
            raise ValueError(f"no grammar for the language {language!r}; there are {', '.join(LANGUAGES)}")
        labels = best_labels(ontology, language)
        texts = ontology.terms.texts
        names: dict[str, list[str]] = defaultdict(list)
        titles: dict[str, list[str]] = defaultdict(list)
        for i in np.flatnonzero(kinds & (Kind.CLASS | PROPERTY) != 0).tolist():
            label = literal_parts(texts[labels[i]])[0].strip() if labels[i] >= 0 else ""
            names[namespace(texts[i])].append(label or local_name(texts[i]))
            if label and kinds[i] & Kind.CLASS:
                titles[namespace(texts[i])].append(label)
        habits = naming_habits(names)
        read = {space: [habits.get(space, NO_HABITS).read(t) for t in of] for space, of in titles.items()}
        known = [habits.get(space, NO_HABITS).read(t) for space, of in names.items() for t in of]
        styles, hinted = title_styles(read), hints(ontology, language)
        return cls(ontology.terms, kinds, language, labels, hinted, styles, habits, usage(ontology, language, known))

    # ---- columns -----------------------------------------------------------------------------------------------

    def speakable(self, ids: Ids) -> NDArray[np.bool_]:
        """Whether each term has words in the language. Deprecated and anonymous terms are not spoken of."""
        named = self.column(ids, "name") != UNSPEAKABLE
        return np.asarray(named & (self.kinds[ids] & (Kind.DEPRECATED | Kind.ANONYMOUS) == 0), bool)

    def column(self, ids: Ids, attribute: str) -> Strings:
        """An attribute of each term; raises KeyError for an attribute that the language does not have."""
        column = self._column(attribute)
        if not column.filled[ids].all():
            self._fill(column, np.unique(ids[~column.filled[ids]]), attribute)
        taken: Strings = column.values[ids]
        return taken

    def _column(self, attribute: str) -> _Column:
        column = self._columns.get(attribute)
        if column is None:
            self._attribute_known(attribute)
            size = len(self.terms)
            column = self._columns.setdefault(attribute, _Column(np.empty(size, object), np.zeros(size, bool)))
        return column

    def governed(self, object_ids: Ids, relation_ids: Ids) -> Strings:
        """The object as the relation beside it wants it: English with its article, Russian in the governed case."""
        if self.language == "en":
            return self.column(object_ids, "governed")
        distinct, which = np.unique(relation_ids, return_inverse=True)
        if len(distinct) == 1:
            return self.column(object_ids, self.case(int(distinct[0])))
        out = np.empty(len(object_ids), object)
        for k, relation in enumerate(distinct.tolist()):
            rows = np.flatnonzero(which == k)
            out[rows] = self.column(object_ids[rows], self.case(relation))
        return out

    def agreeing(self, relation_ids: Ids, subject_ids: Ids, attribute: str) -> Strings:
        """A verb attribute (verb, verb_not) in the gender and number of the subject, where the language shows them."""
        if self.language == "en":
            return self.column(relation_ids, attribute)
        made: dict[tuple[int, int], str] = {}
        pairs = list(zip(relation_ids.tolist(), subject_ids.tolist(), strict=True))
        for pair in pairs:
            if pair not in made:
                made[pair] = self.agreeing_word(*pair, attribute)
        return _objects([made[pair] for pair in pairs])

    def agreeing_word(self, relation: int, subject: int, attribute: str) -> str:
        """`agreeing` of one relation beside one subject."""
        name = self.word(subject, "nom")
        if attribute == "verb" and russian.is_plural(name):
            return self.word(relation, "verb_plural")
        return russian_verbs.agreeing(self.word(relation, attribute), name)

    def counted(self, object_ids: Ids, numbers: Ids, quantifiers: NDArray[np.uint8]) -> Strings:
        """`exactly 2 valves`, `at least 1 wheel`: the number of a cardinality with its object."""
        triples = zip(object_ids.tolist(), numbers.tolist(), quantifiers.tolist(), strict=True)
        made: dict[tuple[int, int, int], str] = {}
        out = np.empty(len(object_ids), object)
        for i, key in enumerate(triples):
            if key not in made:
                made[key] = self.counted_word(*key)
            out[i] = made[key]
        return out

    def cardinality(self, numbers: Ids, quantifiers: NDArray[np.uint8]) -> Strings:
        """`exactly 2`, `at least 2`, `at most 2` in the language."""
        pairs = zip(numbers.tolist(), quantifiers.tolist(), strict=True)
        return _objects([f"{_BOUNDS[self.language][q]} {n}" for n, q in pairs])

    def signs(self, signs: NDArray[np.int8]) -> Strings:
        """`raises` for +1, `lowers` for -1."""
        words = {"en": ("", "raises", "lowers"), "ru": ("", "повышает", "понижает")}[self.language]
        return np.array(words, object)[signs]

    def lists(self, ids: Ids, offsets: NDArray[np.int64], attribute: str) -> Strings:
        """The fillers of a role of many as a list in prose: row i has `ids[offsets[i]:offsets[i + 1]]`.

        attribute: `list` (English with articles, Russian nominative), `names`, `list_gen`, `list_ins` …
        """
        form = attribute.lower().removeprefix("list").removeprefix("_")
        form = {"": "a" if self.language == "en" else "nom", "names": "name"}.get(form, form)
        flat = self.column(ids, form).tolist()
        ends = offsets.tolist()
        rows = (join_list(flat[a:b], self.language) for a, b in pairwise(ends))
        return _objects([upper_first(r) for r in rows] if attribute[0].isupper() else list(rows))

    def written(self) -> list[str]:
        """The labels and texts that are printed as they are: what looks odd in a print is no fault where it is here."""
        texts = self.terms.texts
        labels = self.labels[self.labels >= 0]
        prose = [texts[i] for i in np.flatnonzero(self.kinds & Kind.LITERAL).tolist() if " " in texts[i]]
        pieces = [
            texts[label]
            for i, label in zip(np.flatnonzero(self.labels >= 0).tolist(), labels.tolist(), strict=True)
            if " " not in texts[label] and not is_called_by_identifier(self, i, texts[label])
        ]
        return [text[1 : text.rindex('"')] for text in (*prose, *pieces)]

    # ---- one term ----------------------------------------------------------------------------------------------

    def word(self, term_id: int, attribute: str) -> str:
        """An attribute of one term."""
        column = self._columns.get(attribute)
        if column is None or not column.filled[term_id]:
            return str(self.column(np.array([term_id], np.int32), attribute)[0])
        return str(column.values[term_id])

    def name(self, term_id: int) -> str:
        """The name of one term."""
        return self.word(term_id, "name")

    def governed_word(self, object_id: int, relation: int) -> str:
        """`governed` of one object beside one relation."""
        return self.word(object_id, "governed" if self.language == "en" else self.case(relation))

    def is_proper(self, term_id: int) -> bool:
        """Whether a term is called by a proper name: it takes no article and keeps its capitals."""
        hinted = self.hinted.get(term_id, NO_HINTS).get("properName")
        if hinted is not None:
            return hinted in ("true", "1")
        kind = int(self.kinds[term_id])
        return bool(kind & Kind.INDIVIDUAL) and not kind & Kind.CLASS

    def verb_forms(self, relation: int) -> Any:
        """The verb phrase of a relation (VerbForms of its language), hints of the ontology first."""
        if relation not in self._relations:
            self._relations[relation] = self._verb_forms(relation)
        return self._relations[relation]

    def _verb_forms(self, relation: int) -> Any:
        hint = self.hinted.get(relation, NO_HINTS)
        given = hint.get("verbPhrase")
        label = given or self.name(relation)
        plural, bare = hint.get("verbPlural"), hint.get("verbBare")
        if self.language == "en":
            data = bool(self.kinds[relation] & Kind.DATA_PROPERTY)
            return english_verbs.verb_forms(label, data=data, bare=bare, plural=plural, given=given is not None)
        return russian_verbs.verb_forms(label, governs=hint.get("governs"), plural=plural, bare=bare)

    def _counting_forms(self, relation: int) -> Any:
        """The verb phrase of a relation whose objects are counted: of a data property too `has as …`."""
        hinted = "verbPhrase" in self.hinted.get(relation, NO_HINTS)
        if self.language != "en" or hinted or not self.kinds[relation] & Kind.DATA_PROPERTY:
            return self.verb_forms(relation)
        return english_verbs.verb_forms(self.name(relation))

    def case(self, relation: int) -> str:
        """The Russian case a relation governs: `gen`, or with its preposition `из gen`."""
        return str(self.verb_forms(relation).governs)

    def counted_word(self, object_id: int, number: int, quantifier: int, case: str = "acc") -> str:
        """`counted` of one object; in Russian in the case that the relation governs."""
        name, bound = self.name(object_id), _BOUNDS[self.language][quantifier]
        if self.language == "en":
            return f"{bound} {english.counted(number, name, self.word(object_id, 'plural'))}"
        plural = self.hinted.get(object_id, NO_HINTS).get("plural")
        case = case if quantifier == Quantifier.EXACTLY else "gen"
        return f"{bound} {russian.counted(number, name, plural, case=case)}"

    # ---- filling -----------------------------------------------------------------------------------------------

    def _attribute_known(self, attribute: str) -> None:
        small = attribute.lower()
        known = {*ENTITY_ATTRIBUTES[self.language], *RELATION_ATTRIBUTES[self.language]}
        _, _, case = small.rpartition(" ")  # "из gen": an object with its preposition
        if case not in known or attribute not in (small, small.capitalize()):
            raise KeyError(f"{attribute!r} is no attribute of a role in {self.language!r}: {', '.join(sorted(known))}")

    def _fill(self, column: _Column, ids: Ids, attribute: str) -> None:
        small = attribute.lower()
        if small != attribute:
            made = [upper_first(t) for t in self.column(ids, small).tolist()]
        elif small == "name":
            made = names_of(self, ids)
        elif small == "sentence":
            made = [sentence(t) for t in self.column(ids, "name").tolist()]
        elif small in RELATION_ATTRIBUTES[self.language]:
            slot = {"verb_plural": "plural", "counts": "verb"}.get(small, small.removeprefix("counts_"))
            of = self._counting_forms if small.startswith("counts") else self.verb_forms
            made = [str(getattr(of(i), slot)) for i in ids.tolist()]
        elif small == "text":
            made = self.column(ids, "name").tolist()
        elif self.language == "en":
            self._fill_english(ids)
            return
        else:
            form = russian_form(self, small)
            names = self.column(ids, "name").tolist()
            inert = ((self.kinds[ids] & (Kind.LITERAL | Kind.ANONYMOUS)) != 0).tolist()
            made = [
                name if still or name == UNSPEAKABLE else form(i, name)
                for i, name, still in zip(ids.tolist(), names, inert, strict=True)
            ]
        column.values[ids] = _objects(made)
        column.filled[ids] = True

    def _fill_english(self, ids: Ids) -> None:
        """All forms of English nouns at once: they come from one look at the name."""
        a: list[str] = []
        the: list[str] = []
        plural: list[str] = []
        every: list[str] = []
        each: list[str] = []
        plain = ((self.kinds[ids] & (Kind.LITERAL | Kind.ANONYMOUS)) != 0).tolist()
        for i, name, still in zip(ids.tolist(), self.column(ids, "name").tolist(), plain, strict=True):
            one, definite, many = (name, name, name) if still or name == UNSPEAKABLE else english_forms(self, i, name)
            a.append(one)
            the.append(definite)
            plural.append(many)
            mass = one == name and name[:1].islower()
            which = "everything " if definite.startswith("what is ") else "all " if mass else ""
            every.append((which or "every ") + name)
            each.append((which or "each ") + name)
        made_of = {"a": a, "the": the, "plural": plural, "governed": a, "every": every, "each": each}
        for attribute, made in made_of.items():
            column = self._column(attribute)
            column.values[ids] = _objects(made)
            column.filled[ids] = True


_BOUNDS: Mapping[str, Mapping[int, str]] = {
    "en": {Quantifier.EXACTLY: "exactly", Quantifier.MIN: "at least", Quantifier.MAX: "at most"},
    "ru": {Quantifier.EXACTLY: "ровно", Quantifier.MIN: "не менее", Quantifier.MAX: "не более"},
}


def _objects(values: Sequence[str]) -> Strings:
    out = np.empty(len(values), object)
    out[:] = values
    return out
