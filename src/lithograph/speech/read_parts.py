"""The words that sentences are read with: every form of every term, back to the term. Knows no grammar."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.ontology.constructs import Claim
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.words import UNSPEAKABLE, fold

_MARKS = re.compile(r"[“”„«»\"]")
_DASH = re.compile(r"\s+[–—-]\s+")
_RELATIONS = int(Kind.OBJECT_PROPERTY | Kind.DATA_PROPERTY)


class Meaning(NamedTuple):
    """A claim, and whether it is said not to hold (`not every pump …`, `it is not true that …`)."""

    claim: Claim
    denied: bool = False


def normal(text: str) -> str:
    """A sentence as it is compared: small letters, single spaces, no quotation marks, no stop at the end.

    >>> normal("Every  “Disc Brake” is a brake. "), normal("Втулка - это деталь…")
    ('every disc brake is a brake', 'втулка — это деталь')
    """
    text = _DASH.sub(" — ", _MARKS.sub("", fold(text))).casefold().replace("ё", "е").replace("’", "'")
    return " ".join(text.split()).rstrip(" .!?…")


@dataclass(frozen=True, slots=True)
class Parts:
    """Terms by their forms. things: classes and individuals that have words; relations: those with words, sorted."""

    graph: ClaimGraph
    lexicon: Lexicon
    things: Ints
    relations: tuple[int, ...]
    _forms: dict[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, graph: ClaimGraph, lexicon: Lexicon) -> Parts:
        """The parts of an ontology's sentences in the language of a lexicon."""
        ids = np.arange(len(graph.kinds), dtype=np.int32)
        other = int(Kind.LITERAL | Kind.DATATYPE | Kind.ANNOTATION_PROPERTY) | _RELATIONS
        things = ids[(graph.kinds & (Kind.CLASS | Kind.INDIVIDUAL) != 0) & (graph.kinds & other == 0)]
        relations = ids[graph.kinds & _RELATIONS != 0]
        return cls(graph, lexicon, things[lexicon.speakable(things)],
                   tuple(relations[lexicon.speakable(relations)].tolist()))  # fmt: skip

    def called(self, form: str, attribute: str) -> tuple[int, ...]:
        """The classes and individuals of which an attribute of the lexicon has this form."""
        return self.forms(attribute).get(form, ())

    def forms(self, attribute: str) -> Mapping[str, tuple[int, ...]]:
        """Form -> classes and individuals, of an attribute; made when it is first asked for."""
        if attribute not in self._forms:
            out: dict[str, list[int]] = defaultdict(list)
            for i, word in zip(self.things.tolist(), self.lexicon.column(self.things, attribute).tolist(), strict=True):
                if UNSPEAKABLE not in word:
                    out[normal(word)].append(i)
            self._forms[attribute] = {form: tuple(ids) for form, ids in out.items()}
        return self._forms[attribute]

    def any_called(self, form: str, attributes: tuple[str, ...]) -> tuple[int, ...]:
        """The same for several attributes, each term once, sorted."""
        return tuple(sorted({i for attribute in attributes for i in self.called(form, attribute)}))

    def is_class(self, term: int) -> bool:
        """Whether a term is spoken of as a class."""
        return bool(self.graph.kinds[term] & Kind.CLASS)

    def signs(self, verbs: Mapping[str, str]) -> Iterator[tuple[int, str]]:
        """The relation that raises and the one that lowers, each with its verb, where the ontology has them."""
        for name, verb in verbs.items():
            relation = self.graph.ontology.terms.id(v.LITHO + name)
            if relation >= 0:
                yield relation, verb

    # ---- claims ------------------------------------------------------------------------------------------------

    def kind_claim(self, subject: int, kind: int, *, negated: bool = False) -> Iterator[Claim]:
        """That a thing is a kind of another; nothing where the other is no class."""
        if self.is_class(kind) and subject != kind:
            texts, general = self.graph.ontology.terms.texts, self.is_class(subject)
            relation, quantifier = (v.SUBCLASS_OF, Quantifier.SCHEMA) if general else (v.TYPE, Quantifier.INDIVIDUAL)
            yield Claim(texts[subject], relation, texts[kind], quantifier, negated)

    def relation_claim(
        self, subject: int, relation: int, thing: int, *, negated: bool = False, quantifier: Quantifier | None = None,
        number: int = 0,
    ) -> Iterator[Claim]:  # fmt: skip
        """That a relation leads from a thing to another: of a class by `quantifier`, *some* unless it is given."""
        texts, general, of_kind = self.graph.ontology.terms.texts, self.is_class(subject), self.is_class(thing)
        if general:
            plain = Quantifier.SOME if of_kind else Quantifier.VALUE
            if quantifier is not None and not of_kind:
                return
            yield Claim(texts[subject], texts[relation], texts[thing], quantifier or plain, negated, number)
        elif not of_kind and quantifier is None:
            yield Claim(texts[subject], texts[relation], texts[thing], Quantifier.INDIVIDUAL, negated)
