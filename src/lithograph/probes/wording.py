"""Drafts into words: the question and its options in a language, by templates of the probes' own.

The templates lie in `templates/probes/{register}.{language}.j2`, in the format of all templates; a section is named
after what is asked. Which paraphrase asks follows from the group, so that all questions of a swap share their words.
Knows nothing about why an answer is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.core.conclusion import THEREFORE
from lithograph.core.errors import LithographError
from lithograph.ontology.graph import Quantifier
from lithograph.ontology.terms import literal_parts
from lithograph.probes.draft import LESS, MORE, NO, OPEN, YES, Draft, Option
from lithograph.probes.ground import Ground
from lithograph.render.cast import Speech
from lithograph.render.questions import premises_of, shuffled, thought_of
from lithograph.render.sandbox import Slot, normalise, sandbox
from lithograph.render.templates import PRACTICE, PROBES, WRONG, Template, TemplateError, read_file
from lithograph.speech import say_english, say_russian
from lithograph.speech.say_english import Said
from lithograph.speech.verbalise import phrases, said
from lithograph.speech.words import UNSPEAKABLE, join_list, sentence, upper_first

REGISTER = "plain"
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {YES: "Yes", NO: "No", OPEN: "It cannot be known", MORE: "More", LESS: "Less"},
    "ru": {YES: "Да", NO: "Нет", OPEN: "Неизвестно", MORE: "Растёт", LESS: "Убывает"},
}
"""Answers of one word, as the answers of training begin."""
OR = {"en": " or ", "ru": " или "}
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "status": (), "given": ("question",), "follows": (), "true": (), "direction": ("first", "second"),
    "sign": ("start", "end"), "chain": ("start", "end", "middles"), "removal": ("start", "end", "node"),
    "way_up": ("cause", "effect", "first", "second"), "way_down": ("cause", "effect", "first", "second"),
    "resolver": ("subject",), "meaning": ("subject",), "counterpart": ("subject",),
    "analogy": ("subject", "left", "leftPart"), "value": (), "count": (), "term_of": ("definition",),
    "gloss": ("term",), "riddle": ("clues",), "describe": ("term",),
}  # fmt: skip
"""What is asked -> the slots that its templates may speak of, beside `claim`, `given`, `option` and `options`."""
SPOKEN_OF: Mapping[str, Sequence[str]] = {name: (*roles, "option", WRONG) for name, roles in SECTIONS.items()}
"""What the templates of a section can speak of, as `read_file` asks for it."""
NOT_PRACTISED = ("removal",)
"""What the memory split never asks, so that no template of practice is needed for it."""
STATUS = ("isa", "instance", "has", "cause", "excluded")
"""Kinds of probes that ask whether a claim holds: all in the same words."""
LONGEST = 1500
"""Letters of a question at most."""


class NoProbeTemplate(LithographError):
    """A kind of probe that no template asks in a language."""

    def __init__(self, place: Path, section: str, language: str) -> None:
        super().__init__(place, f"no template asks '{section}' in '{language}'",
                         cure=f"Write a section: @ {section}, with a user's and an assistant's turn.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Worded:
    """A probe in words: the draft, the language, the question, its options, the sentences that it gives first, the id
    of the template that asks, and the sentences that an answer begins with, if it thinks first."""

    draft: Draft
    language: str
    register: str
    question: str
    options: tuple[str, ...]
    premises: tuple[str, ...]
    template: str
    thought: tuple[str, ...] = ()

    def answer(self) -> str:
        """The right answer, after what it follows from."""
        verdict = self.options[self.draft.answer]
        return " ".join([*self.thought, THEREFORE[self.language], verdict]) if self.thought else verdict


Shelf = Mapping[tuple[str, str], Sequence[Template]]
"""Templates by section and language, in the order of the file."""


def read_probe_templates(root: Path, languages: Sequence[str], room: str = PROBES) -> Shelf:
    """The templates of probes, or of another room's questions of the same kinds, in these languages.

    Raises the first TemplateError, NoProbeTemplate.
    """
    folder = root / room
    shelf: dict[tuple[str, str], list[Template]] = {}
    for language in languages:
        path = folder / f"{REGISTER}.{language}.j2"
        for item in read_file(path, root, SPOKEN_OF) if path.is_file() else ():
            if isinstance(item, TemplateError):
                raise item
            shelf.setdefault((item.scene_name, language), []).append(item)
        for section in SECTIONS:
            if (section, language) not in shelf and not (room == PRACTICE and section in NOT_PRACTISED):
                raise NoProbeTemplate(path, section, language)
    return shelf


def worded(
    ground: Ground, drafts: Sequence[Draft], speech: Mapping[str, Speech], shelf: Shelf, *, thinking: bool = False
) -> Iterator[Worded]:
    """The drafts in every language that has words for them, in their order; the others are counted by reason.

    thinking: with what their answers begin with.
    """
    for draft in drafts:
        for language in draft.languages or sorted(speech):
            made = _Wording(ground, draft, speech[language], shelf, thinking).make()
            if made is None:
                ground.dropped[f"no words in {language}, or too long"] += 1
            else:
                yield made


@cache
def _compiled(source: str) -> Any:
    return sandbox().from_string(source)


def _both(text: str) -> dict[str, str]:
    """A text as the assistant's turn may ask for it."""
    return {"text": text, "Text": upper_first(text)}


@cache
def _verdict(source: str, word: str) -> str:
    return normalise(_compiled(source).render({"option": _both(word)}))


@dataclass(frozen=True, slots=True)
class _Wording:
    """One draft in one language."""

    ground: Ground
    draft: Draft
    speech: Speech
    shelf: Shelf
    thinking: bool = False

    @property
    def language(self) -> str:
        return self.speech.lexicon.language

    def make(self) -> Worded | None:
        """The probe in words; None where something has none."""
        draft = self.draft
        template = self._template("status" if draft.kind in STATUS else draft.kind)
        asked, answered = (dict(template.turns)[speaker] for speaker in ("user", "assistant"))
        options = tuple(self._answer(answered, template, option) for option in draft.options)
        question = self._filled(asked, template, {"options": {"list": self._list(options)}})
        leaves = dict.fromkeys(said for row in draft.premises for said in premises_of(self.speech, row)[0])
        premises = tuple(shuffled(list(leaves), self.ground.mark("given", draft.group)))
        if premises:
            given = self._template("given")
            parts = {"given": {"text": " ".join(premises)}, "question": {"text": question}}
            question = self._filled(dict(given.turns)["user"], given, parts)
        thought = tuple(said for row in draft.thought for said in thought_of(self.speech, row)) if self.thinking else ()
        texts = (question, *options, *thought)
        if any(UNSPEAKABLE in text or not text for text in texts) or len(question) > LONGEST:
            return None
        if len(set(options)) < len(options):
            return None
        return Worded(draft, self.language, REGISTER, question, options, premises, template.id, thought)

    def _template(self, section: str) -> Template:
        found = self.shelf[section, self.language]
        return found[(self.ground.mark("wording", self.draft.group) + self.draft.turn) % len(found)]

    def _answer(self, source: str, template: Template, option: Option) -> str:
        """What the assistant says where it picks an option: the same words each time where the option is a word."""
        plain = all(role == "option" or f"{role}." not in source for role, _ in template.needs)
        if plain and option.kind in WORDS[self.language]:
            return _verdict(source, WORDS[self.language][option.kind])
        return self._filled(source, template, {"option": self._option(option, template)})

    def _filled(self, source: str, template: Template, extra: Mapping[str, Mapping[str, str]]) -> str:
        values: dict[str, dict[str, str]] = {}
        for role, attribute in template.needs:
            if role in extra:
                values[role] = dict(extra[role])
            elif f"{role}." in source:
                values.setdefault(role, {})[attribute] = self._word((role, attribute))
        return normalise(_compiled(source).render(values))

    def _word(self, slot: Slot) -> str:
        role, attribute = slot
        small = attribute.lower()
        if role == "claim":
            text = self._claim(self.draft.claim)
        elif role in self.draft.lists:
            text = self._joined(role)
        elif role in self.draft.roles:
            return self.speech.lexicon.word(self.draft.roles[role], attribute)
        else:
            text = UNSPEAKABLE
        return upper_first(text) if small != attribute else text

    def _joined(self, role: str) -> str:
        """A list: terms with their article, claims as what they say of their subject."""
        lexicon, values = self.speech.lexicon, self.draft.lists[role]
        if role == "clues":
            return join_list(phrases(self.speech.graph, lexicon, np.array(values, np.int32)), self.language)
        english = self.language == "en"
        words = [lexicon.word(term, "the") if english else f"«{lexicon.word(term, 'nom')}»" for term in values]
        return join_list(words, self.language) if english else ", ".join(words)

    def _claim(self, row: int) -> str:
        """A claim as a clause; of what excludes each other, that the one is the other."""
        graph, lexicon = self.speech.graph, self.speech.lexicon
        (claim,) = said(graph, lexicon, [row])
        if claim.iri == v.DISJOINT_WITH:
            relation = graph.ontology.terms.id(v.SUBCLASS_OF)
            claim = Said(lexicon, claim.subject, relation, claim.object, Quantifier.SCHEMA, False, 0, v.SUBCLASS_OF)
        return self._clause(claim)

    def _clause(self, claim: Said) -> str:
        return say_english.sentence_of(claim) if self.language == "en" else say_russian.sentence_of(claim)

    def _option(self, option: Option, template: Template) -> Mapping[str, str]:
        """The attributes that the assistant's turn may ask for."""
        graph, lexicon = self.speech.graph, self.speech.lexicon
        if option.kind in ("term", "way"):
            said_so = bool(lexicon.speakable(np.array(option.values, np.int32)).all())
            return {attribute: lexicon.word(option.values[0], attribute) if said_so else UNSPEAKABLE
                    for role, attribute in template.needs if role == "option"}  # fmt: skip
        if option.kind == "claim":
            text = self._claim(option.values[0])
        elif option.kind == "number":
            (claim,) = said(graph, lexicon, option.values[:1])
            text = self._clause(Said(lexicon, claim.subject, claim.relation, claim.object, claim.quantifier, False,
                                     option.values[1], claim.iri))  # fmt: skip
        elif option.kind == "phrases":
            text = join_list(phrases(graph, lexicon, np.array(option.values, np.int32)), self.language)
        elif option.kind == "text":
            text = literal_parts(graph.ontology.terms.texts[option.values[0]])[0]
        else:
            text = WORDS[self.language][option.kind]
        return _both(text)

    def _list(self, options: Sequence[str]) -> str:
        """The options as the question lists them: sentences line by line, names in a row."""
        if self.draft.options[0].kind in ("claim", "number", "phrases", "text"):
            return "\n".join("- " + sentence(text) for text in options)
        names = self._names()
        return ", ".join(names[:-1]) + OR[self.language] + names[-1]

    def _names(self) -> list[str]:
        attribute = "name" if self.draft.kind in ("term_of", "riddle") else "the"
        lexicon = self.speech.lexicon
        return [lexicon.word(o.values[0], attribute if self.language == "en" else "nom") if o.values else ""
                for o in self.draft.options]  # fmt: skip
