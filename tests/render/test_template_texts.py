"""The texts of the standard templates: whole, many enough, balanced, true of what fills them, and read by eye.

`python tests/render/test_template_texts.py` writes the golden renderings anew; review them as a diff.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml

from lithograph.render.checks import dead_prints
from lithograph.render.press import render_row
from lithograph.render.slots import gives_itself_away
from lithograph.render.templates import Template, TemplateError, read_file, spoken_roles
from lithograph.scenes.as_yaml import standard_scenes

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
GOLDEN = ROOT / "tests" / "golden"
LANGUAGES = ("en", "ru")
MUCH_USED = ("IsA", "InstanceOf", "EverySome", "Related", "Definition")
FOUND_OR_WHOLE = ("OppositeWays", "OppositeWaysResolved", "Regulation", "Mapping", "Riddle", "PortraitTableau",
                  "ThingTableau", "CauseTableau")  # fmt: skip
"""Scenes that a graph rule finds, and tableaux: few instances and long texts, so fewer paraphrases will do."""
YES = {"en": "Yes", "ru": "Да"}
NO = {"en": "No", "ru": "Нет"}
OPEN = {"en": "It cannot be known", "ru": "Неизвестно"}
DENIALS = ("IsNot", "NotRelated", "EveryOnlyRefuted")
OF_CLASSES = ("IsA", "IsAByReasoning", "IsARefuted", "IsAUnknown", "InstanceOf", "InstanceOfByReasoning",
              "InstanceOfRefuted", "InstanceOfUnknown", "IsNot", "Same")  # fmt: skip
OF_RELATIONS = ("EverySome", "EverySomeByReasoning", "EverySomeRefuted", "EverySomeUnknown", "Related",
                "RelatedByReasoning", "RelatedRefuted", "RelatedUnknown", "NotRelated")  # fmt: skip
OF_LIMITS = ("EveryOnly", "EveryOnlyRefuted", "EveryOnlyUnknown")
SHAPES = ("IsA", "InstanceOf", "EverySome", "Related")

Words = Mapping[str, Mapping[str, Mapping[str, str]]]


@cache
def _table(language: str) -> Words:
    """Scene -> role -> attribute -> the word that the golden renderings put there."""
    table: Words = yaml.safe_load((GOLDEN / f"templates.words.{language}.yaml").read_text(encoding="utf-8"))
    return table


def _words(template: Template) -> dict[tuple[str, str], str]:
    """What fills the slots of a template."""
    roles = _table(template.language)["Chain" if template.scene_name.startswith("Chain") else template.scene_name]
    out = {}
    for role, attribute in template.needs:
        word = roles[role][attribute.lower()]
        out[role, attribute] = word if attribute.islower() else word[:1].upper() + word[1:]
    return out


@cache
def _printed(template: Template) -> tuple[tuple[str, str], ...]:
    words = _words(template)
    return tuple((speaker, render_row(source, words)) for speaker, source in template.turns)


# ---- the templates ---------------------------------------------------------------------------------------------------


@cache
def _read() -> tuple[Template | TemplateError, ...]:
    """Every paraphrase of the standard library, or what is wrong with it."""
    roles = spoken_roles(standard_scenes())
    folders = sorted({scene.axis for scene in standard_scenes()})
    files = sorted(file for folder in folders for file in (TEMPLATES / folder).glob("*.j2"))
    return tuple(item for file in files for item in read_file(file, TEMPLATES, roles))


def _templates(register: str | None = None) -> list[Template]:
    return [t for t in _read() if isinstance(t, Template) and register in (None, t.register)]


def _sections(templates: Iterable[Template]) -> dict[tuple[str, ...], list[Template]]:
    out: dict[tuple[str, ...], list[Template]] = defaultdict(list)
    for t in templates:
        out[t.language, t.register, t.scene_name, t.form].append(t)
    return out


def _turns(speaker: str, template: Template) -> list[str]:
    return [text for who, text in template.turns if who == speaker]


def _place(template: Template) -> str:
    return f"{template.path}:{template.line}"


def test_every_template_is_whole() -> None:
    assert [str(item) for item in _read() if isinstance(item, TemplateError)] == []
    assert len(_read()) > 1500


def test_a_template_stands_in_the_folder_of_its_scene_s_axis() -> None:
    axes = {scene.name: scene.axis for scene in standard_scenes()}
    assert [_place(t) for t in _templates() if t.axis != axes[t.scene_name]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_of_every_scene_has_enough_plain_paraphrases(language: str) -> None:
    sections = _sections(_templates("plain"))
    short = {
        (scene.name, form): found
        for scene in standard_scenes()
        for form in scene.forms
        if (found := len(sections[language, "plain", scene.name, form]))
        < (6 if scene.name in MUCH_USED else 1 if scene.name in FOUND_OR_WHOLE else 4)
    }
    assert short == {}


def test_a_section_of_any_register_has_at_least_two_paraphrases() -> None:
    few = {key for key, templates in _sections(_templates()).items() if len(templates) < 2}
    assert {key for key in few if key[2] not in FOUND_OR_WHOLE} == set()


def test_both_languages_say_the_same_scenes_in_the_same_registers() -> None:
    keys = {language: {k[1:] for k in _sections(_templates()) if k[0] == language} for language in LANGUAGES}
    assert keys["en"] ^ keys["ru"] == set()


def test_no_paraphrase_is_written_twice() -> None:
    for key, templates in _sections(_templates()).items():
        assert len({t.turns for t in templates}) == len(templates), key


def test_a_template_asks_only_for_forms_its_scene_has() -> None:
    forms = {scene.name: scene.forms for scene in standard_scenes()}
    assert [_place(t) for t in _templates() if t.form not in forms[t.scene_name]] == []


# ---- what is said ----------------------------------------------------------------------------------------------------


def test_a_yes_or_no_question_is_answered_by_its_first_word() -> None:
    for t in _templates():
        if t.form == "yes_no":
            refuted = t.scene_name in DENIALS or t.scene_name.endswith("Refuted")
            right = (NO if refuted else OPEN if t.scene_name.endswith("Unknown") else YES)[t.language]
            answers = _turns("assistant", t)
            assert all(re.match(rf"{right}\b", answer) for answer in answers), _place(t)


def _pattern(template: Template) -> str:
    """The question of a yes/no template with its two things called X and Y, whatever form they stand in."""
    names = dict.fromkeys(("sub", "thing", "left", "subject"), "X")
    names |= dict.fromkeys(("super", "kind", "right", "object"), "Y")
    text = re.sub(r"\b(\w+)\.", lambda m: names.get(m[1], m[1]) + ".", _turns("user", template)[0])
    text = re.sub(r"\{\{ X\.\w+ \}\}", "X", text)
    return re.sub(r"\{\{ Y\.(?:name|the|governed) \}\}", "Y", text)


@pytest.mark.parametrize("scenes", [OF_CLASSES, OF_RELATIONS, OF_LIMITS], ids=["classes", "relations", "limits"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_s_wording_does_not_give_its_answer_away(language: str, scenes: tuple[str, ...]) -> None:
    patterns: dict[str, dict[str, set[str]]] = defaultdict(dict)
    for (lang, register, scene, form), templates in _sections(_templates()).items():
        if lang == language and form == "yes_no" and scene in scenes:
            patterns[register][scene] = {_pattern(t) for t in templates}
    for register, by_scene in patterns.items():
        denial = next(scene for scene in DENIALS if scene in scenes)
        assert denial in by_scene, f"{register} never says no"
        for scene, found in by_scene.items():
            assert found == by_scene[denial], (register, scene)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_with_premises_are_worded_alike_whatever_the_answer(language: str, shape: str) -> None:
    sections = _sections(_templates())
    for register in ("plain", "technical", "terse"):
        asked = [{_turns("user", t)[0] for t in sections[language, register, f"{shape}{kind}", "question"]}
                 for kind in ("Given", "Refuted", "Unknown")]  # fmt: skip
        assert asked[0] and asked[0] == asked[1] == asked[2], register


def test_a_refutation_shows_its_steps_in_at_least_half_of_the_paraphrases() -> None:
    for key, templates in _sections(_templates()).items():
        if key[2].endswith(("Refuted", "Given")):
            shown = [t for t in templates if any("proof.text" in text for _, text in t.turns)]
            assert 2 * len(shown) >= len(templates), key


def test_whose_word_an_unknown_is_stands_in_a_comment_of_some_paraphrase_of_every_section() -> None:
    for key, templates in _sections(_templates()).items():
        if key[2].endswith("Unknown") and key[3] == "yes_no":
            assert any("evidence.by" in text for t in templates for text in _turns("comment", t)), key


def test_what_is_reasoned_shows_its_steps_in_at_least_half_of_the_paraphrases() -> None:
    for key, templates in _sections(_templates()).items():
        if key[2].endswith("ByReasoning"):
            shown = [t for t in templates if any("proof.text" in text for _, text in t.turns)]
            thought = [t for t in templates if _turns("thought", t)]
            assert 2 * len(thought) >= len(templates) and len(shown) >= len(thought), key


def test_a_chain_is_said_of_this_model_along_this_chain() -> None:
    here = {"en": ("in this model", "chain"), "ru": ("в этой модели", "цепочк")}
    for t in _templates():
        if t.scene_name.startswith("Chain"):
            said = " ".join(text for _, text in t.turns).lower()
            assert all(words in said for words in here[t.language]), _place(t)


def test_kinds_are_never_said_to_be_all() -> None:
    complete = re.compile(r"(?<!necessarily )(?<!не )\b(?:all|only|both|every|все|только|оба|обе)\b", re.I)
    for t in _templates():
        if t.scene_name == "Kinds":
            assert not complete.search(" ".join(_turns("assistant", t))), _place(t)


def test_a_riddle_says_that_it_asks_for_a_term() -> None:
    asks = {"en": r"term|word|headword", "ru": r"термин|слово"}
    for t in _templates():
        if t.form == "riddle":
            asked = " ".join(_turns("user", t)).replace("term.", "").lower()
            assert re.search(asks[t.language], asked), _place(t)


# ---- how it is said --------------------------------------------------------------------------------------------------


def _plain_text(template: Template) -> str:
    return re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", " ".join(text for _, text in template.turns))


def test_a_template_is_written_in_one_language() -> None:
    other = {"en": r"[А-Яа-яЁё«»]", "ru": r"(?<![xy])[A-Za-z](?![xy])|[“”](?!$)"}
    for t in _templates():
        text = re.sub(r"\b[xy]\b", "", _plain_text(t)) if t.register == "technical" else _plain_text(t)
        text = text.replace("„", "").replace("“", "") if t.language == "ru" else text
        assert not re.search(other[t.language], text), _place(t)


def test_quotes_are_those_of_print() -> None:
    assert [_place(t) for t in _templates() if re.search(r"[\"']", _plain_text(t))] == []


def test_russian_agrees_with_no_noun_that_it_does_not_know() -> None:
    stems, ends = "кажд|всяк|люб|эт|так|как|некотор|одн|сам", "ый|ая|ое|ой|ого|ому|от|а|о|им|ий|ую|ей"
    gendered = re.compile(rf"(?i)(?<!что )\b(?!это |так |как )(?:{stems})(?:{ends}) \{{\{{ (?!relation)")
    for t in _templates():
        if t.language == "ru":
            assert [m[0] for _, text in t.turns for m in gendered.finditer(text)] == [], _place(t)


def test_russian_prepositions_before_a_slot_need_no_second_form() -> None:
    doubtful = re.compile(r"(?i)(?<!\w)(?:о|об|в|во|с|со) \{\{ (?!number)")
    for t in _templates():
        if t.language == "ru":
            assert [m[0] for _, text in t.turns for m in doubtful.finditer(text)] == [], _place(t)


def _prints() -> Iterator[tuple[Template, tuple[tuple[str, str], ...]]]:
    for t in _templates():
        yield t, _printed(t)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_print_of_good_words_is_dead(language: str) -> None:
    texts = [(t, text) for t, turns in _prints() if t.language == language for _, text in turns]
    found = dead_prints([text for _, text in texts])
    assert [(_place(t), text, why) for (t, text), why in zip(texts, found, strict=True) if why] == []


def test_no_gap_or_riddle_holds_its_answer() -> None:
    for t, turns in _prints():
        if t.form in ("riddle", "cloze"):
            answer = turns[-1][1].rstrip(".")
            assert gives_itself_away([turns[0][1]], [answer]) == [False], _place(t)


def test_a_portrait_is_whole_where_a_part_of_it_is_empty() -> None:
    for t in _templates():
        if t.scene_name == "Portrait":
            for empty in ("supers", "facts"):
                words = {slot: "" if slot[0] == empty else word for slot, word in _words(t).items()}
                text = render_row(t.turns[-1][1], words)
                assert not dead_prints([text])[0] and text[0].isupper() and text.endswith("."), (_place(t), text)


# ---- golden renderings -----------------------------------------------------------------------------------------------


def _golden(language: str) -> str:
    lines = [f"# Every paraphrase of the standard library, printed once with fixed words ({language})."]
    last: tuple[str, str] | None = None
    order = sorted((t for t in _templates() if t.language == language), key=lambda t: (t.path, t.index))
    for t in order:
        if (t.scene_name, t.path + t.form) != last:
            lines += ["", f"== {t.path[: -len(f'.{language}.j2')]} · {t.scene_name} · {t.form}"]
            last = t.scene_name, t.path + t.form
        for place, (speaker, text) in enumerate(_printed(t)):
            mark = {"user": "U", "thought": "T", "comment": "C", "assistant": "A"}[speaker]
            lines.append(f"{'-' if place == 0 else ' '} {mark}: " + text.replace("\n", " / "))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_print_what_was_read_by_eye(language: str) -> None:
    assert _golden(language) == (GOLDEN / f"templates.{language}.txt").read_text(encoding="utf-8")


if __name__ == "__main__":
    for _language in LANGUAGES:
        (GOLDEN / f"templates.{_language}.txt").write_text(_golden(_language), encoding="utf-8")
