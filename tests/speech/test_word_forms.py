"""Word by word: every line of the golden tables was read by eye."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.speech import english, english_verbs, russian, russian_verbs
from lithograph.speech.words import (
    fold,
    identifier_words,
    is_identifier,
    is_opaque,
    join_list,
    sentence,
    speaks,
    upper_first,
)


def test_english_articles_follow_the_sound(check_table):
    check_table("english_articles.tsv", lambda row: [english.article(row[1]), row[1]])


def test_english_nouns_have_article_and_plural(check_table):
    def forms(row):
        f = english.noun_forms(row[0])
        return [f.name, f.a, f.the, f.plural]

    check_table("english_nouns.tsv", forms)


def test_english_relations_become_verbs(check_table):
    def forms(row):
        f = english_verbs.verb_forms(row[0].removesuffix(" (data)"), data=row[0].endswith(" (data)"))
        return [row[0], f.verb, f.plural, f.bare, f.do, f.rest, f.verb_not]

    check_table("english_verbs.tsv", forms)


def test_identifiers_are_read_as_words_or_not_at_all(check_table):
    def forms(row):
        opaque = is_opaque(row[0])
        return [row[0], "yes" if opaque else "no", "" if opaque else identifier_words(row[0])]

    check_table("identifiers.tsv", forms)


def test_russian_noun_phrases_decline(check_table):
    def forms(row):
        cases = [russian.decline(row[0], case) for case in russian.CASES]
        return [*cases, russian.decline(row[0], "nom", True), russian.gen_plural(row[0], None)]

    check_table("russian_nouns.tsv", forms)


def test_russian_relations_become_verbs_with_a_case(check_table):
    def forms(row):
        f = russian_verbs.verb_forms(row[0])
        return [row[0], f.verb, f.plural, f.bare, f.verb_not, f.governs]

    check_table("russian_verbs.tsv", forms)


def test_russian_numbers_govern_their_nouns(check_table):
    check_table("russian_numbers.tsv", lambda row: [*row[:3], russian.counted(int(row[0]), row[1], case=row[2])])


@pytest.mark.parametrize(
    ("label", "local", "proper", "expected"),
    [
        ("hasTopping", "hasTopping", False, True),
        ("hasTopping", "P123", False, True),
        ("has_part", "BFO_0000051", False, True),
        ("CheeseyPizza", "CheeseyPizza", False, True),
        ("GenBank", "format_1936", False, False),
        ("PyTorch", "PyTorch", True, False),
        ("SiLU", "SiLU", False, False),
        ("mRNA", "mRNA", False, False),
        ("pH", "pH", False, False),
        ("iPhone", "iPhone", False, False),
        ("gear ratio", "GearRatio", False, False),
    ],
)
def test_a_label_is_an_identifier_when_no_one_would_write_it_so(label, local, proper, expected):
    assert is_identifier(label, local, proper=proper) is expected


def test_a_plural_label_is_read_in_the_singular():
    assert english.singular("Collapsing methods") == "Collapsing method"
    assert english.singular("pliers") == "pliers"
    assert english.singular("genetics") == "genetics"


def test_annotations_of_the_ontology_come_before_grammar():
    assert english.noun_forms("sheep", plural="sheep").plural == "sheep"
    assert english.noun_forms("grip", mass=True).a == "grip"
    assert english_verbs.verb_forms("drives", given=True, bare="be driving").bare == "be driving"
    assert russian_verbs.verb_forms("состоит", governs="из gen").governs == "из gen"
    assert russian_verbs.verb_forms("состоит из", governs="из gen").governs == "gen"


def test_a_russian_verb_agrees_with_its_subject():
    assert russian_verbs.agreeing("связан с", "цепь") == "связана с"
    assert russian_verbs.agreeing("подобно", "мост") == "подобен"
    assert russian_verbs.agreeing("является частью", "клещи") == "являются частью"
    assert russian_verbs.agreeing("состоит из", "цепь") == "состоит из"


def test_russian_prepositions_take_a_vowel_before_clusters():
    text = "это с стеной, в втулке, к мне, о оси, с осью, в колесе, «с стеной»"
    assert russian.euphonic(text) == "это со стеной, во втулке, ко мне, об оси, с осью, в колесе, «с стеной»"
    assert russian.with_preposition("с", "стеной") == "со стеной"


def test_a_sentence_starts_with_a_capital_and_ends_with_a_stop():
    assert sentence("a pump moves water") == "A pump moves water."
    assert sentence("mRNA carries it!") == "mRNA carries it!"
    assert upper_first("«ось»") == "«Ось»"


def test_a_text_without_a_tag_is_read_by_its_script():
    assert speaks("pump", "en")
    assert not speaks("насос", "en")
    assert speaks("насос", "ru")
    assert not speaks("pump", "ru")
    assert not speaks("ポンプ", "en")


def test_lists_have_no_serial_comma_and_say_nothing_twice():
    assert join_list([], "en") == ""
    assert join_list(["a valve"], "en") == "a valve"
    assert join_list(["a valve", "a pump", "a valve"], "en") == "a valve and a pump"
    assert join_list(["ось", "втулка", "обод"], "ru") == "ось, втулка и обод"


@given(st.text())
def test_folding_is_idempotent_and_leaves_no_control_character(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert "\x1e" not in folded
    assert "  " not in folded
    assert folded == folded.strip()


@given(st.text(alphabet="абвгдежзиклмнопрстуфхцчшщыьэюяё -", min_size=1, max_size=30).map(fold))
def test_any_russian_phrase_declines_to_as_many_words(phrase):
    for case in russian.CASES:
        assert len(russian.decline(phrase, case).split(" ")) == len(phrase.split(" "))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz -ABC", min_size=1, max_size=30).map(fold))
def test_any_english_label_has_all_its_forms(label):
    if label:
        forms = english.noun_forms(label)
        assert all((forms.name, forms.a, forms.the, forms.plural))
        assert all(vars_of(english_verbs.verb_forms(label)))


def vars_of(forms):
    return [forms.verb, forms.plural, forms.bare, forms.do, forms.verb_not]
