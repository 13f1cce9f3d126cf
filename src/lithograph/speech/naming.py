"""What a term is called in a language: its label or its identifier, read in the capitals it has inside a sentence.

Knows nothing about the forms of a name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lithograph.ontology.graph import Kind
from lithograph.ontology.terms import is_anonymous, is_literal, literal_parts
from lithograph.speech import english, russian
from lithograph.speech.labels import BUILT_IN, NO_HABITS, RELATION_IN_HYPHENS, language_rank, namespace
from lithograph.speech.literals import is_for_machines, label_of, text_of
from lithograph.speech.words import (
    UNSPEAKABLE,
    fold,
    identifier_words,
    is_identifier,
    is_opaque,
    is_title_word,
    local_name,
    lower_title,
)

if TYPE_CHECKING:
    from lithograph.speech.lexicon import Ids, Lexicon

PROPERTY = int(Kind.OBJECT_PROPERTY | Kind.DATA_PROPERTY | Kind.ANNOTATION_PROPERTY)


def names_of(lexicon: Lexicon, ids: Ids) -> list[str]:
    """The names of terms; individuals with an ordinary label, of which there are most, on a short way."""
    texts, plain = lexicon.terms.texts, int(Kind.INDIVIDUAL)
    rows = zip(ids.tolist(), lexicon.labels[ids].tolist(), lexicon.kinds[ids].tolist(), strict=True)
    made = []
    for i, label, kind in rows:
        text = texts[label] if label >= 0 and kind == plain and i not in lexicon.hinted else ""
        quoted = text[1 : text.rindex('"')] if " " in text and "\\" not in text else ""
        if quoted and ":" not in quoted and quoted[-1] != "." and lexicon.language == "en":
            made.append(fold(quoted))
        else:
            made.append(_name_of(lexicon, i))
    return made


def _name_of(lexicon: Lexicon, i: int) -> str:
    term = lexicon.terms.texts[i]
    if is_literal(term):
        suffix = term[term.rindex('"') + 1 :]
        prose = suffix.startswith("@") or (" " in term and (not suffix or suffix.endswith("#string")))
        return text_of(term) if not prose or language_rank(term, lexicon.language) >= 0 else UNSPEAKABLE
    if is_anonymous(term):
        return UNSPEAKABLE
    if term in BUILT_IN[lexicon.language]:
        return BUILT_IN[lexicon.language][term]
    proper = lexicon.is_proper(i)
    local, label = local_name(term), ""
    if lexicon.labels[i] >= 0:
        label = label_of(lexicon.terms.texts[lexicon.labels[i]], lexicon.language)
        if is_for_machines(label):
            return UNSPEAKABLE
    if label == local and is_opaque(local):
        label = ""
    habits = NO_HABITS if proper else lexicon.habits.get(namespace(term), NO_HABITS)
    if lexicon.kinds[i] & PROPERTY and "-" in local and RELATION_IN_HYPHENS.match(label or local):
        habits = replace(habits, hyphened=True)
    local, label = habits.read(local), habits.read(label)
    if " " in label:
        return label if proper else _read(lexicon, label, i)
    if not label:
        if lexicon.language != "en" or is_opaque(local) or not local.isascii():
            return UNSPEAKABLE
        words = identifier_words(local, keep_case=proper and local[0].isupper())
        return (english.singular(words) if words and _is_common(lexicon, i) else words) or UNSPEAKABLE
    if is_identifier(label, local, proper=proper):
        return UNSPEAKABLE if is_opaque(label) else _read(lexicon, identifier_words(label, keep_case=proper), i)
    if label == local and is_title_word(label) and not proper and style_of(lexicon, i) >= 0:
        return _read(lexicon, label if _keeps_capital(lexicon, label) else label.lower(), i)
    return label if proper else _read(lexicon, label, i)


def _keeps_capital(lexicon: Lexicon, word: str) -> bool:
    """Whether a word keeps its capital inside a sentence: by the prose of the ontology, or as it is known to."""
    known = english.is_name if lexicon.language == "en" else russian.is_name
    return word in lexicon.usage.names or known(word)


def _read(lexicon: Lexicon, label: str, i: int) -> str:
    """A common noun or a relation in the capitals it has inside a sentence."""
    kind = int(lexicon.kinds[i])
    if kind & PROPERTY and not kind & Kind.CLASS:
        return lower_title(label, english.is_name if lexicon.language == "en" else russian.is_name, every=True)
    style = style_of(lexicon, i)
    if style < 0 or lexicon.is_proper(i):
        return label
    if lexicon.language == "en" and _is_common(lexicon, i):
        label = english.singular(label)

    def is_name(word: str) -> bool:
        if style == 0 and lexicon.language == "en" and word.lower() not in lexicon.usage.small:
            return True
        return _keeps_capital(lexicon, word)

    return lower_title(label, is_name, every=style == 2)


def _is_common(lexicon: Lexicon, i: int) -> bool:
    """Whether a term is a class whose plural the ontology does not tell: its name is read in the singular."""
    is_class = bool(lexicon.kinds[i] & Kind.CLASS)
    return is_class and not lexicon.is_proper(i) and "plural" not in lexicon.hinted.get(i, {})


def style_of(lexicon: Lexicon, i: int) -> int:
    """How the namespace of a term capitalises the labels of its classes (`labels.title_styles`)."""
    return lexicon.styles.get(namespace(lexicon.terms.texts[i]), 0)


def is_called_by_identifier(lexicon: Lexicon, i: int, literal: str) -> bool:
    """Whether a label in one piece is an identifier, and never printed as it is."""
    label = literal_parts(literal)[0]
    return not label.islower() and is_identifier(label, local_name(lexicon.terms.texts[i]), proper=lexicon.is_proper(i))
