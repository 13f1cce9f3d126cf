"""Russian: the cases and plurals of noun phrases, the verb phrase of a relation and the case it governs.

A noun phrase declines in its head noun and the adjectives that agree with it; what follows the head (a genitive, a
prepositional phrase, Latin words, numbers) stays. Knows nothing about ontologies. Words are analysed by `pymorphy3`,
one analyser a process, every word once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import pymorphy3

from lithograph.speech.russian_words import SONANT_STARTS
from lithograph.speech.words import is_title_word

CASES = {"nom": "nomn", "gen": "gent", "dat": "datv", "acc": "accs", "ins": "ablt", "loc": "loct"}
"""The names that templates use, and pymorphy's."""

_ADJECTIVES = frozenset({"ADJF", "PRTF"})
_NAMES = frozenset({"Name", "Surn", "Patr", "Geox"})
CYRILLIC_WORD = re.compile(r"[А-Яа-яЁё]+(?:-[А-Яа-яЁё]+)*")


@cache
def _analyser() -> Any:
    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=1 << 16)
def parses_of(word: str) -> tuple[Any, ...]:
    """Every reading of a word, the likeliest first."""
    return tuple(_analyser().parse(word.lower()))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase taken apart: its words, and the parses of those that decline (None where a word stays)."""

    words: tuple[str, ...]
    parses: tuple[Any, ...]
    plural: bool
    animate: bool


def _nominative_noun(word: str) -> Any:
    """The likeliest reading of a word as a noun in the nominative, or None."""
    if not CYRILLIC_WORD.fullmatch(word) or (word.isupper() and len(word) > 1):
        return None
    found = [p for p in parses_of(word) if p.tag.POS == "NOUN" and p.tag.case == "nomn" and "Abbr" not in p.tag]
    if not found:
        return None
    named = [p for p in found if _NAMES & set(p.tag.grammemes)]
    others = [p for p in found if p not in named]
    wanted = (named or others) if is_title_word(word) else (others or named)
    return max(wanted, key=lambda p: (p.score, "inan" in p.tag, p.tag.number == "sing"))


def _adjectives(word: str, number: str, gender: str | None) -> Any:
    """The reading of a word as an adjective in the nominative that agrees, or None."""
    if not CYRILLIC_WORD.fullmatch(word):
        return None
    fitting = [
        p
        for p in parses_of(word)
        if p.tag.POS in _ADJECTIVES
        and p.tag.case == "nomn"
        and p.tag.number == number
        and (number == "plur" or gender is None or p.tag.gender == gender)
    ]
    if not fitting and word.endswith("ой") and (number, gender) == ("sing", "masc"):
        if all(p.tag.POS in _ADJECTIVES for p in parses_of(word)):
            return _adjectives(word[:-2] + "ый", number, gender)  # ободной declines as ободный would
        return None
    return next((p for p in fitting if p.normal_form != "больший"), fitting[0] if fitting else None)


@lru_cache(maxsize=1 << 16)
def analyse(phrase: str) -> Phrase:
    """The parts of a noun phrase that decline."""
    words = tuple(phrase.split(" "))
    parses: list[Any] = [None] * len(words)
    at, noun = _head(words)
    if noun is None:
        return _of_adjectives(words)
    parses[at] = noun
    number, gender = noun.tag.number, noun.tag.gender
    for i in range(at):
        parses[i] = _adjectives(words[i], number, gender)
    after = at + 1
    while after < len(words) and (surname := _surname(words[after], noun)) is not None:
        parses[after] = surname
        after += 1
    while after < len(words) and (agreed := _adjectives(words[after], number, gender)) and _ends_there(words, after):
        parses[after] = agreed
        after += 1
    if after + 1 < len(words) and words[after] in ("и", "или"):
        _coordinate(words, parses, after + 1)
    return Phrase(words, tuple(parses), number == "plur", "anim" in noun.tag)


def _surname(word: str, first_name: Any) -> Any:
    """The reading of a word as the surname or patronymic after a first name, or None (Иван Петров)."""
    if "Name" not in first_name.tag or not is_title_word(word) or not CYRILLIC_WORD.fullmatch(word):
        return None
    for p in parses_of(word):
        if {"Surn", "Patr"} & set(p.tag.grammemes) and p.tag.case == "nomn" and p.tag.gender == first_name.tag.gender:
            return p
    return None


def _of_adjectives(words: tuple[str, ...]) -> Phrase:
    """A phrase without a noun: its leading adjectives decline (поэтический, дежурный по станции)."""
    found = next((p for n in ("sing", "plur") if (p := _adjectives(words[0], n, None)) is not None), None)
    parses: list[Any] = [None] * len(words)
    if found is None:
        return Phrase(words, tuple(parses), False, False)
    for i, word in enumerate(words):
        parses[i] = _adjectives(word, found.tag.number, found.tag.gender)
        if parses[i] is None:
            break
    return Phrase(words, tuple(parses), found.tag.number == "plur", False)


def _head(words: tuple[str, ...]) -> tuple[int, Any]:
    """The place and reading of the head: the first noun in the nominative after nothing but agreeing adjectives."""
    for i, word in enumerate(words):
        noun = _nominative_noun(word)
        if noun is not None and all(
            _adjectives(w, noun.tag.number, noun.tag.gender) or not CYRILLIC_WORD.fullmatch(w) or _adverb(w)
            for w in words[:i]
        ):
            following = words[i + 1] if i + 1 < len(words) else ""
            if _adjectives(word, noun.tag.number, None) and _nominative_noun(following) is not None:
                continue  # передняя звезда: the adjective that is also a noun
            return i, noun
        if (
            not any(p.tag.POS in _ADJECTIVES for p in parses_of(word))
            and CYRILLIC_WORD.fullmatch(word)
            and not _adverb(word)
        ):
            return i, None
    return 0, None


def _adverb(word: str) -> bool:
    return parses_of(word)[0].tag.POS in ("ADVB", "PRCL", "CONJ")


def _ends_there(words: tuple[str, ...], at: int) -> bool:
    """Whether no noun follows that the word could belong to, and it is none itself (велосипед мастерской)."""
    if any(p.tag.POS == "NOUN" and p.tag.case == "gent" for p in parses_of(words[at])):
        return False
    return at + 1 == len(words) or not any(p.tag.POS == "NOUN" for p in parses_of(words[at + 1]))


def _coordinate(words: tuple[str, ...], parses: list[Any], start: int) -> None:
    """Let the second half of `вал и втулка` decline as well."""
    at, noun = _head(words[start:])
    if noun is None:
        return
    parses[start + at] = noun
    for i in range(start, start + at):
        parses[i] = _adjectives(words[i], noun.tag.number, noun.tag.gender)


@lru_cache(maxsize=1 << 17)
def decline(phrase: str, case: str, plural: bool = False) -> str:
    """A noun phrase in a case (nom gen dat acc ins loc), in the plural if asked.

    >>> decline("передняя звезда велосипеда", "gen"), decline("передняя звезда велосипеда", "ins", True)
    ('передней звезды велосипеда', 'передними звёздами велосипеда')
    >>> decline("велосипедист", "acc"), decline("тормоз", "acc"), decline("LoRA-адаптер", "gen"), decline("GPU", "gen")
    ('велосипедиста', 'тормоз', 'LoRA-адаптера', 'GPU')
    """
    if case == "nom" and not plural:
        return phrase
    taken = analyse(phrase)
    many = plural or taken.plural
    out = [
        _inflected(word, parse, case, many, taken.animate)
        if parse is not None
        else _hyphened(word, case, plural)
        if "-" in word
        else word
        for word, parse in zip(taken.words, taken.parses, strict=True)
    ]
    return " ".join(out)


def _hyphened(word: str, case: str, plural: bool) -> str:
    """A Latin word with a Russian noun behind a hyphen (LoRA-адаптер) declines in the noun."""
    first, _, last = word.rpartition("-")
    if first.isascii() and _nominative_noun(last) is not None:
        return f"{first}-{decline(last, case, plural)}"
    return word


def _inflected(word: str, parse: Any, case: str, plural: bool, animate: bool) -> str:
    number = "plur" if plural else "sing"
    wanted = {CASES[case], number}
    if case == "acc" and parse.tag.POS in _ADJECTIVES and (plural or parse.tag.gender == "masc"):
        wanted = {CASES["gen" if animate else "nom"], number}
    form = parse.inflect(frozenset(wanted) - ({"sing"} if "Pltm" in parse.tag else set()))
    if form is None:
        return word
    if word.endswith("ой") and form.word.endswith("ый"):
        return word  # ободной
    plain = "ё" in parse.word and "ё" not in word.lower()  # the label is written without ё
    return _same_case(form.word.replace("ё", "е") if plain else form.word, word)


def _same_case(form: str, model: str) -> str:
    return form[0].upper() + form[1:] if model[0].isupper() else form


@lru_cache(maxsize=1 << 16)
def is_name(word: str) -> bool:
    """Whether a capitalised word is the name of a person, a place or an organisation, as far as the analyser knows."""
    return bool((_NAMES | {"Orgn"}) & set(parses_of(word)[0].tag.grammemes))


@lru_cache(maxsize=1 << 16)
def is_clause(name: str) -> bool:
    """Whether a name begins as no noun phrase does (`На доработке`, `Отправлено`): a sentence has to quote it.

    >>> is_clause("На доработке"), is_clause("Ожидает отправки"), is_clause("Переднее колесо"), is_clause("Анна")
    (True, True, False, False)
    """
    first = name.split(" ", 1)[0]
    return CYRILLIC_WORD.fullmatch(first) is not None and parses_of(first)[0].tag.POS in _NO_NOUNS


_NO_NOUNS = frozenset({"PREP", "VERB", "PRTS", "ADJS", "INFN", "PRED", "ADVB", "CONJ", "GRND"})


def gen_plural(name: str, plural: str | None) -> str:
    """The genitive plural: of the name, or of its plural where one is given."""
    return decline(plural, "gen") if plural and analyse(plural).plural else decline(name, "gen", True)


def counted(number: int, name: str, plural: str | None = None, *, case: str = "acc") -> str:
    """A number with its noun, the whole in a case; in the genitive also after `не менее` and `не более`.

    >>> counted(1, "колесо"), counted(2, "колесо"), counted(5, "колесо"), counted(2, "колесо", case="gen")
    ('1 колесо', '2 колеса', '5 колёс', '2 колёс')
    """
    last, teen = number % 10, 10 < number % 100 < 20
    if last == 1 and not teen:
        return f"{number} {decline(name, case)}"
    if case not in ("acc", "nom") and case != "gen":
        return f"{number} {decline(name, case, True)}"
    if case == "gen" or teen or last == 0 or last > 4:
        return f"{number} {gen_plural(name, plural)}"
    return f"{number} {_paucal(name)}"


def is_plural(name: str) -> bool:
    """Whether a noun phrase stands in the plural (данные, тормозные клещи)."""
    return analyse(name).plural


def every(name: str) -> str:
    """A noun phrase with `каждый` in its gender; a plural one with `все`.

    >>> every("насос"), every("передняя звезда"), every("колесо"), every("данные")
    ('каждый насос', 'каждая передняя звезда', 'каждое колесо', 'все данные')
    """
    return f"{_agreeing(name, ('каждый', 'каждая', 'каждое', 'все'))} {name}"


def no_one(name: str) -> str:
    """A noun phrase with `ни один` in its gender.

    >>> no_one("насос"), no_one("цепь")
    ('ни один насос', 'ни одна цепь')
    """
    return f"{_agreeing(name, ('ни один', 'ни одна', 'ни одно', 'никакие'))} {name}"


def _agreeing(name: str, forms: tuple[str, str, str, str]) -> str:
    taken = analyse(name)
    if taken.plural:
        return forms[3]
    head = next((p for p in taken.parses if p is not None and p.tag.POS == "NOUN"), None)
    return dict(zip(("masc", "femn", "neut"), forms, strict=False)).get(head.tag.gender if head else "masc", forms[0])


def _paucal(name: str) -> str:
    """After 2, 3, 4: the noun in the genitive singular, its adjectives in the genitive plural (2 передних колеса)."""
    taken = analyse(name)
    out = []
    for word, parse in zip(taken.words, taken.parses, strict=True):
        if parse is None:
            out.append(_hyphened(word, "gen", False) if "-" in word else word)
        elif parse.tag.POS in _ADJECTIVES:
            feminine = any(p is not None and p.tag.gender == "femn" for p in taken.parses if p is not parse)
            out.append(_inflected(word, parse, "nom" if feminine else "gen", True, False))
        else:
            out.append(_inflected(word, parse, "gen", False, taken.animate))
    return " ".join(out)


def with_preposition(preposition: str, phrase: str) -> str:
    """A preposition before a phrase, with the vowel that the beginning of the next word asks for.

    >>> with_preposition("с", "стеной"), with_preposition("в", "втулке"), with_preposition("о", "оси")
    ('со стеной', 'во втулке', 'об оси')
    """
    low = phrase.lower()
    if preposition == "о" and low[:1] in tuple("аиоуэ"):
        return "об " + phrase
    if low.startswith(SONANT_STARTS.get(preposition, ())):
        return f"{preposition}о {phrase}"
    return f"{preposition} {phrase}"


def euphonic(text: str) -> str:
    """A text in which every в, с, к and о before a word that asks for a vowel has got it.

    >>> euphonic("связан с стеной, висит в втулке, едет к оси и говорит о оси")
    'связан со стеной, висит во втулке, едет к оси и говорит об оси'
    """
    return _EUPHONY.sub(lambda m: " об " if m[0] == " о " else f"{m[0][:2]}о ", text)


_EUPHONY = re.compile(
    " [вско] (?=" + "|".join(f"(?<= {p} )(?:{'|'.join(s)})" for p, s in SONANT_STARTS.items()) + "|(?<= о )[аиоуэ])"
)
"""One pattern that starts with a blank, so that a long text is looked at only where a word begins."""
