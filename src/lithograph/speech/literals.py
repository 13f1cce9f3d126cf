"""What the words of a literal are: labels and texts without markup and loose ends. Knows no grammar and no ontology."""

from __future__ import annotations

import html
import re

from lithograph.ontology.terms import literal_parts
from lithograph.speech.words import fold, in_one_script

_LOOSE_ENDS = " :;,="
_STOP = re.compile(r"(?<= )([^\W\d_]{4,})\.$")
_CURIE = re.compile(r"(?<![\w:])[a-z][\w-]*:[A-Za-z]\w*[a-z][A-Z]\w*|(?<![\w:])[a-z][\w-]*:[A-Z]\w+")
_IRI = ("http://", "https://", "urn:")


def label_of(literal: str, language: str) -> str:
    """The words of a label, without the marks that it never ends with inside a sentence; nothing where it is an IRI.

    A full stop stays behind an abbreviation. A Russian word is written in one script.

    >>> [label_of(f'"{text}"', "en") for text in ("is tenured:", "House 134 Kitchen.", "Acme Inc.", "http://e.org/x")]
    ['is tenured', 'House 134 Kitchen', 'Acme Inc.', '']
    """
    label = _STOP.sub(r"\1", fold(literal_parts(literal)[0]).rstrip(_LOOSE_ENDS))
    if label.startswith(_IRI):
        return ""
    return in_one_script(label) if language == "ru" else label


def is_for_machines(label: str) -> bool:
    """Whether a label holds a prefixed name and is not written for people.

    >>> is_for_machines("specification for v-s:Organization"), is_for_machines("Note: a pump")
    (True, False)
    """
    return ":" in label and _CURIE.search(label) is not None


def text_of(literal: str) -> str:
    """The words of a literal, without markup and without blanks before its punctuation marks.

    >>> text_of('"A <a href=\\"/x\\">part</a> of a [[Whole]] , as in [a book](http://e.org) ."@en')
    'A part of a Whole, as in a book.'
    >>> text_of('"Is _not_ `org:siteOf`."'), text_of('"bearer_of"'), text_of('"data_0006 ___"')
    ('Is not org:siteOf.', 'bearer of', 'data_0006 ___')
    """
    text, _, datatype = literal_parts(literal)
    if _MARKED.search(text):
        text = _LINK.sub(r"\1", _TAG.sub("", _BREAK.sub(" ", text)))
        text = html.unescape(_WIKI.sub(r"\1", text))
    if "_" in text or "`" in text:
        text = _EMPHASIS.sub(r"\1", _VERBATIM.sub(r"\1", text))
    if datatype is not None and datatype.endswith(("#gMonth", "#gDay")):
        text = text.lstrip("-")
    text = fold(text)
    if "_" in text and _SNAKE.fullmatch(text):  # bearer_of
        text = text.replace("_", " ")
    return _LOOSE.sub(r"\1", text) if " ." in text or " ," in text or " ;" in text else text


_MARKED = re.compile(r"[<\[&]")
_BREAK = re.compile(r"</?(?:br|p|li|ul|ol|div)\b[^<>]*>", re.I)
_TAG = re.compile(r"</?[a-z]+(?:\s[^<>]*)?/?>", re.I)
_LINK = re.compile(r"\[([^][]+)\]\([^()\s]+\)")
_WIKI = re.compile(r"\[\[(?:[^][|]*\|)?([^][|]+)\]\]")
_EMPHASIS = re.compile(r"(?<!\w)_{1,2}([^\W_][^_\n]*?)_{1,2}(?!\w)")
_VERBATIM = re.compile(r"`([^`\n]+)`")
_SNAKE = re.compile(r"[a-z]+(?:_[a-z]+)+")
_LOOSE = re.compile(r" ([.,;])(?=\s|$)")
