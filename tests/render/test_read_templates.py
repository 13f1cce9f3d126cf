"""Template files: what they become, and what every mistake in them is answered with."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.core.identity import sha256_hex
from lithograph.render.sandbox import parse, plain_pieces, slots
from lithograph.render.templates import TemplateError, check_templates, read_templates, spoken_roles
from lithograph.scenes.declaration import Coupling, Role, Scene

SCENES = {"IsA": ("sub", "super"), "PartOf": ("part", "site"), "Kinds": ("super", "subs")}
GOOD = """{# Taxonomy,
   plain. #}
@ IsA question
user: What is {{ sub.a }}?
assistant: {{ sub.A }} is {{ super.a }}.
--
user: What kind of thing
  is {{ sub["a"] }}?
{# a remark #}
thought: {{ proof.text }}
assistant: It is {{ super.a }}.

@ Kinds statement
assistant: {% if subs.list %}Kinds: {{ subs.list }}{% endif %}
"""


@pytest.fixture
def write(tmp_path):
    """Write a template file under `templates/`; gives the folder."""

    def written(text, path="taxonomy/plain.en.j2"):
        file = tmp_path / "templates" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / "templates"

    return written


def test_a_file_is_read_into_its_paraphrases(write):
    first, second, third = read_templates(write(GOOD), SCENES)
    assert (first.scene_name, first.form, first.register, first.language, first.axis) == (
        "IsA", "question", "plain", "en", "taxonomy",
    )  # fmt: skip
    assert (first.path, first.line, first.index) == ("taxonomy/plain.en.j2", 4, 0)
    assert first.turns == (
        ("user", "What is {{ sub.a }}?"),
        ("assistant", "{{ sub.A }} is {{ super.a }}."),
    )
    assert first.needs == (("sub", "A"), ("sub", "a"), ("super", "a"))
    assert [speaker for speaker, _ in second.turns] == ["user", "thought", "assistant"]
    assert second.lines == (7, 10, 11)
    assert second.needs == (("proof", "text"), ("sub", "a"), ("super", "a"))
    assert third.needs == (("subs", "list"),)


def test_an_id_is_the_path_and_the_hash_of_the_source(write):
    first, *_ = read_templates(write(GOOD), SCENES)
    source = "\n".join(f"{speaker}: {text}" for speaker, text in first.turns)
    assert first.id == f"taxonomy/plain.en.j2@{sha256_hex(source)[:12]}"


def test_an_id_does_not_hang_on_place_or_line_ends(write):
    ids = [t.id for t in read_templates(write(GOOD), SCENES)]
    moved = "{# more #}\n\n\n" + GOOD.replace("\n", "\r\n")
    assert [t.id for t in read_templates(write(moved), SCENES)] == ids


def test_texts_are_read_in_nfc(write):
    text = "@ IsA statement\nassistant: caf\u0065\u0301 {{ sub.name }}\n"
    (template,) = read_templates(write(text), SCENES)
    assert template.turns[0][1].startswith("café")
    assert unicodedata.is_normalized("NFC", template.turns[0][1])


def test_files_come_in_the_order_of_their_paths(write):
    one = "@ IsA statement\nassistant: {{ sub.name }}\n"
    for path in ("b/plain.en.j2", "a/terse.ru.j2", "a/plain.ru.j2"):
        root = write(one.replace("name", "nom") if ".ru." in path else one, path)
    assert [t.path for t in read_templates(root, SCENES)] == ["a/plain.ru.j2", "a/terse.ru.j2", "b/plain.en.j2"]


MISTAKES = [
    (
        "@ IsA question\nuser: What is {{ whole.a }}?\nassistant: x\n",
        "templates/taxonomy/plain.en.j2:2: 'whole' is not a role of scene IsA (roles: sub, super). "
        "Rename it, or add the role in the ontology.",
    ),
    (
        "@ IsA question\nuser: What\n is {{ sup.a }}?\nassistant: x\n",
        "templates/taxonomy/plain.en.j2:3: 'sup' is not a role of scene IsA (roles: sub, super). Did you mean 'super'?",
    ),
    (
        "@ Isa question\nassistant: x\n",
        "templates/taxonomy/plain.en.j2:1: 'Isa' is no scene (known: IsA, Kinds, PartOf). Did you mean 'IsA'?",
    ),
    (
        "@ IsA questions\nassistant: x\n",
        "templates/taxonomy/plain.en.j2:1: 'questions' is no form (known: statement, question, yes_no, "
        "multiple_choice, cloze, riddle, dialogue, narrative, comparison). Did you mean 'question'?",
    ),
    (
        "@ IsA question\nuser: {{ sub.A }}\nasistant: x\n",
        "templates/taxonomy/plain.en.j2:3: 'asistant' is no turn (known: user, thought, comment, assistant). "
        "Did you mean 'assistant'?",
    ),
    (
        "@ IsA question\nuser: {{ sub.a }\nassistant: x\n",
        "templates/taxonomy/plain.en.j2:2: this is no Jinja: unexpected '}'.",
    ),
    (
        "@ IsA question\nassistant: {{ sub }}\n",
        "templates/taxonomy/plain.en.j2:2: 'sub' stands alone: say which of its words is meant, as sub.name.",
    ),
    (
        "@ IsA question\nassistant: {{ sub.a | shout }}\n",
        "templates/taxonomy/plain.en.j2:2: 'shout' is no filter of Jinja.",
    ),
    (
        "@ IsA question\nassistant: {% include 'x' %}\n",
        "templates/taxonomy/plain.en.j2:2: `include` is not used in templates.",
    ),
    (
        "@ IsA question\n--\nassistant: x\n",
        "templates/taxonomy/plain.en.j2:1: this paraphrase is empty. Write its turns, or take the separator out.",
    ),
    (
        "@ IsA question\nuser:\nassistant: x\n",
        "templates/taxonomy/plain.en.j2:2: the turn 'user' is empty. Write it, or take it out.",
    ),
    (
        "@ IsA question\nuser: x?\n",
        "templates/taxonomy/plain.en.j2:2: the last turn is not the assistant's. Give the answer: assistant: ….",
    ),
    (
        "@ IsA question\nWhat is it?\nassistant: x\n",
        "templates/taxonomy/plain.en.j2:2: this text belongs to no turn. Start one of: user, thought, comment, "
        "assistant.",
    ),
    (
        "user: What?\n",
        "templates/taxonomy/plain.en.j2:1: this stands before the first section. Start one: @ Scene form.",
    ),
    (
        "@ IsA\nassistant: x\n",
        "templates/taxonomy/plain.en.j2:1: this is no section header. Write it as: @ Scene form, or "
        "@ Scene form tension 0.1..1.",
    ),
    (
        b"@ IsA question\nassistant: \xff\n",
        "templates/taxonomy/plain.en.j2: byte 26 is no UTF-8. Save the file as UTF-8.",
    ),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_a_mistake_is_answered_in_one_line_with_place_and_cure(write, text, message):
    with pytest.raises(TemplateError) as caught:
        read_templates(write(text), SCENES)
    assert str(caught.value) == message


def test_an_unknown_attribute_is_answered_with_those_of_the_language(write):
    with pytest.raises(TemplateError) as caught:
        read_templates(write("@ IsA question\nassistant: {{ sub.plurals }}\n"), SCENES)
    assert str(caught.value).startswith(
        "templates/taxonomy/plain.en.j2:2: 'plurals' is no attribute of a role in 'en' (known: name, a, the, every,"
    )
    assert str(caught.value).endswith("Did you mean 'plural'?")


def test_english_attributes_are_not_russian_ones(write):
    with pytest.raises(TemplateError, match="'gen' is no attribute of a role in 'en'"):
        read_templates(write("@ IsA question\nassistant: {{ sub.gen }}\n"), SCENES)
    root = write("@ IsA question\nassistant: {{ sub.Gen }} {{ sub.gen_plural }}\n", "taxonomy/plain.ru.j2")
    (root / "taxonomy/plain.en.j2").unlink()
    assert read_templates(root, SCENES)[0].needs == (("sub", "Gen"), ("sub", "gen_plural"))


def test_a_file_name_must_say_axis_register_and_language(write):
    with pytest.raises(TemplateError, match=r"templates/taxonomy/plain\.j2: this name does not say axis"):
        read_templates(write("", "taxonomy/plain.j2"), SCENES)
    with pytest.raises(TemplateError):
        read_templates(write("", "plain.en.j2"), SCENES)


def test_every_mistake_of_a_folder_is_found_and_the_good_templates_stay(write):
    root = write("@ IsA question\nassistant: {{ su.a }}\n--\nassistant: {{ sub.a }}\n--\nassistant: {{ sub.b }}\n")
    templates, errors = check_templates(root, SCENES)
    assert [t.index for t in templates] == [1]
    assert [e.place for e in errors] == ["templates/taxonomy/plain.en.j2:2", "templates/taxonomy/plain.en.j2:6"]


def test_templates_of_a_scene_declared_elsewhere_are_left_out_but_seen_by_the_check(write):
    root = write("@ FailureAndRemedy question\nassistant: {{ failure.a }}\n@ IsA question\nassistant: {{ sub.a }}\n")
    assert [t.scene_name for t in read_templates(root, SCENES)] == ["IsA"]
    _, (error,) = check_templates(root, SCENES)
    assert "'FailureAndRemedy' is no scene" in str(error)


def test_templates_speak_of_roles_and_of_named_couplings():
    roles = (Role("focus"), Role("fillers", many=True))
    scene = Scene("urn:x#Portrait", "composition", "focus", roles, (Coupling("focus", "fillers", name="facts"),))
    assert spoken_roles([scene]) == {"Portrait": ("focus", "fillers", "facts")}


SNIPPETS = st.lists(
    st.one_of(
        st.sampled_from(
            ["{{ sub.a }}", "{{super.A}}", "{{  sub.name  }}", "{{ sub.a }", "{{", "}}", "{#", "{% if", "\n"]
        ),
        st.text(alphabet="ab .?{}%#'\"\\", max_size=6),
    ),
    max_size=8,
).map("".join)


@given(SNIPPETS)
def test_reading_without_jinja_finds_what_jinja_finds(source):
    pieces = plain_pieces(source)
    if pieces is not None and "{" not in "".join(p for p in pieces if isinstance(p, str)):
        assert [p for p in pieces if isinstance(p, tuple)] == [slot for slot, _ in slots(parse(source))]
