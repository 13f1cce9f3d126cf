"""The forms of a term's name: article and plural in English, case in Russian; hints of the ontology first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lithograph.speech import english, english_verbs, russian
from lithograph.speech.naming import style_of

if TYPE_CHECKING:
    from lithograph.speech.lexicon import Lexicon

NO_HINTS: Mapping[str, str] = {}


def english_forms(lexicon: Lexicon, i: int, name: str) -> tuple[str, str, str]:
    """`a`, `the` and the plural of a name. Of an individual in small letters: `the front wheel of …`, `male`."""
    hint, proper = lexicon.hinted.get(i, NO_HINTS), lexicon.is_proper(i)
    named = not name[:1].islower() or "properName" in hint if proper else style_of(lexicon, i) < 0
    forms = english.noun_forms(name, proper=named, mass=hint.get("article") == "none", plural=hint.get("plural"))
    if hint.get("article") == "the":
        return f"the {name}", f"the {name}", forms.plural
    if proper and not named:
        one = f"‘{name}’" if english_verbs.is_clause(name) else forms.the if " of " in name else name
        return one, one, forms.plural
    return forms.a, forms.the, forms.plural


def russian_form(lexicon: Lexicon, attribute: str) -> Callable[[int, str], str]:
    """What makes a Russian attribute of a term and its name; `из gen` is a case with its preposition."""
    preposition, _, case = attribute.rpartition(" ")

    def form(i: int, name: str) -> str:
        hint = lexicon.hinted.get(i, NO_HINTS)
        if case not in ("nom", "text") and lexicon.is_proper(i) and not hint and russian.is_clause(name):
            made = f"«{name}»"
        elif case == "gen" and "genitive" in hint:
            made = hint["genitive"]
        elif case == "plural":
            made = hint.get("plural") or russian.decline(name, "nom", True)
        elif case == "gen_plural":
            made = russian.gen_plural(name, hint.get("plural"))
        else:
            made = name if case in ("text", "governed") else russian.decline(name, case)
        return russian.with_preposition(preposition, made) if preposition else made

    return form
