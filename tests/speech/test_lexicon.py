"""Whose label speaks, what is speakable, and that columns are what single words are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lithograph.ontology.graph import Quantifier
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.render.checks import known_words
from lithograph.speech.labels import language_rank, title_styles
from lithograph.speech.lexicon import ENTITY_ATTRIBUTES, Lexicon
from lithograph.speech.words import UNSPEAKABLE

EX = "http://example.org/bicycle#"


@pytest.fixture(scope="module")
def english(bicycle):
    return Lexicon.of(bicycle.ontology, bicycle.kinds, "en")


@pytest.fixture(scope="module")
def russian(bicycle):
    return Lexicon.of(bicycle.ontology, bicycle.kinds, "ru")


def id_of(lexicon, name):
    return lexicon.terms.ids[EX + name]


def ids_of(lexicon, *names):
    return np.array([id_of(lexicon, name) for name in names], np.int32)


def words_of(tmp_path, turtle, language="en"):
    """Local name -> name of every term of a little ontology."""
    file = tmp_path / "o.ttl"
    file.write_text(
        "@prefix : <http://example.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix schema: <http://schema.org/> .\n" + turtle,
        encoding="utf-8",
    )
    graph = project(load(file))
    lexicon = Lexicon.of(graph.ontology, graph.kinds, language)
    return {
        t.rpartition("#")[2]: lexicon.name(i)
        for i, t in enumerate(lexicon.terms.texts)
        if t.startswith("http://example.org/o#")
    }


def test_a_term_without_a_label_is_read_from_its_identifier_in_english_only(english, russian):
    assert english.name(id_of(english, "EnergyGel")) == "energy gel"
    assert russian.name(id_of(russian, "EnergyGel")) == UNSPEAKABLE


def test_an_opaque_identifier_is_not_speakable(english):
    spoken = english.speakable(ids_of(english, "data_0006", "Bicycle"))
    assert spoken.tolist() == [False, True]


def test_a_deprecated_term_is_not_spoken_of(english):
    assert english.speakable(ids_of(english, "OldThing")).tolist() == [False]


def test_individuals_have_no_article_and_classes_do(english):
    names = ids_of(english, "Anna", "Bicycle", "Steel", "redOne")
    assert english.column(names, "a").tolist() == ["Anna", "a bicycle", "steel", "the red roadster of Anna"]
    assert english.column(names, "The").tolist() == ["Anna", "The bicycle", "Steel", "The red roadster of Anna"]


def test_the_object_stands_in_the_case_its_relation_governs(russian):
    objects = ids_of(russian, "Chain", "Wall", "Vehicle", "Wheel", "Chain")
    relations = ids_of(russian, "hasPart", "joinedTo", "rides", "stands", "relatedTo")
    governed = russian.governed(objects, relations).tolist()
    assert governed == ["цепи", "стеной", "транспортном средстве", "колесе", "к цепи"]


def test_the_english_object_has_its_article_beside_any_relation(english):
    objects = ids_of(english, "Chain", "Anna", "Steel")
    assert english.governed(objects, ids_of(english, "hasPart", "rides", "stands")).tolist() == [
        "a chain",
        "Anna",
        "steel",
    ]


def test_relations_have_verbs(english, russian):
    relations = ids_of(english, "hasPart", "partOf", "relatedTo", "weight")
    assert english.column(relations, "verb").tolist() == ["has as part", "is part of", "has to do with", "has weight"]
    assert english.column(relations, "rest").tolist() == ["have as part", "part of", "have to do with", "have weight"]
    assert russian.column(relations, "verb_plural").tolist() == [
        "состоят из",
        "являются частью",
        "имеют отношение",
        "имеют вес:",
    ]


def test_a_verb_agrees_with_the_subject_beside_it(russian):
    relations, subjects = ids_of(russian, "joinedTo", "joinedTo"), ids_of(russian, "Chain", "Bicycle")
    assert russian.agreeing(relations, subjects, "verb").tolist() == ["связана с", "связан с"]


def test_the_plural_of_the_ontology_wins(russian):
    assert russian.word(id_of(russian, "Wheel"), "plural") == "колёса"
    assert russian.word(id_of(russian, "Wheel"), "gen_plural") == "колёс"


def test_numbers_stand_with_their_nouns(english, russian):
    wheels, numbers = ids_of(english, "Wheel", "Wheel"), np.array([1, 2], np.int32)
    exactly = np.full(2, Quantifier.EXACTLY, np.uint8)
    at_least = np.full(2, Quantifier.MIN, np.uint8)
    assert english.counted(wheels, numbers, exactly).tolist() == ["exactly 1 wheel", "exactly 2 wheels"]
    assert english.cardinality(numbers, at_least).tolist() == ["at least 1", "at least 2"]
    assert russian.counted(wheels, numbers, exactly).tolist() == ["ровно 1 колесо", "ровно 2 колеса"]
    assert russian.counted(wheels, numbers, at_least).tolist() == ["не менее 1 колеса", "не менее 2 колёс"]


def test_lists_are_said_in_prose(english, russian):
    flat, offsets = ids_of(english, "Wheel", "Chain", "Steel", "Anna"), np.array([0, 3, 3, 4])
    assert english.lists(flat, offsets, "list").tolist() == ["a wheel, a chain and steel", "", "Anna"]
    assert english.lists(flat, offsets, "names").tolist() == ["wheel, chain and steel", "", "Anna"]
    assert russian.lists(flat, offsets, "list_ins").tolist() == ["колесом, цепью и сталью", "", "Анной"]


def test_signs_are_words(english, russian):
    signs = np.array([1, -1], np.int8)
    assert english.signs(signs).tolist() == ["raises", "lowers"]
    assert russian.signs(signs).tolist() == ["повышает", "понижает"]


def test_literals_are_spoken_in_their_language_and_folded(tmp_path):
    file = tmp_path / "o.ttl"
    file.write_text(
        "@prefix : <http://e.org/o#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        ':A a <http://www.w3.org/2002/07/owl#Class> ; skos:definition "a  thing\\n that\\u0007 moves"@en, "вещь"@ru .',
        encoding="utf-8",
    )
    graph = project(load(file))
    lexicon = Lexicon.of(graph.ontology, graph.kinds, "en")
    ids = np.array([i for i, t in enumerate(lexicon.terms.texts) if t.startswith('"')], np.int32)
    assert lexicon.column(ids, "text").tolist() == ["a thing that moves", UNSPEAKABLE]
    assert lexicon.column(ids, "sentence").tolist()[0] == "A thing that moves."
    assert lexicon.speakable(ids).tolist() == [True, False]


def test_every_attribute_is_there_with_a_capital_too(english, russian):
    for lexicon in (english, russian):
        ids = ids_of(lexicon, "Bicycle", "Anna")
        for attribute in ENTITY_ATTRIBUTES[lexicon.language]:
            assert all(lexicon.column(ids, attribute))
            assert all(text[0].isupper() for text in lexicon.column(ids, attribute.capitalize()))


def test_an_unknown_attribute_is_refused_with_those_there_are(english):
    with pytest.raises(KeyError, match=r"'nom' is no attribute of a role in 'en'.*plural"):
        english.column(ids_of(english, "Bicycle"), "nom")
    with pytest.raises(KeyError):
        english.column(ids_of(english, "Bicycle"), "pLural")


def test_a_language_without_grammar_is_refused(bicycle):
    with pytest.raises(ValueError, match="no grammar for the language 'de'"):
        Lexicon.of(bicycle.ontology, bicycle.kinds, "de")


def test_columns_are_the_words_one_by_one(bicycle, english, russian):
    ids = np.arange(len(bicycle.kinds), dtype=np.int32)
    for lexicon, attribute in ((english, "A"), (english, "verb"), (russian, "ins"), (russian, "Gen_plural")):
        fresh = replace(lexicon, _columns={}, _relations={})
        single = [fresh.word(i, attribute) for i in reversed(ids.tolist())]
        assert lexicon.column(ids, attribute).tolist() == single[::-1]


def test_the_best_label_speaks_whatever_the_order_of_the_file(tmp_path):
    names = words_of(
        tmp_path,
        ':A a owl:Class ; rdfs:label "Ventil"@de, "valve"@en-gb, "untagged" .\n'
        ':B a owl:Class ; skos:prefLabel "pref"@en ; rdfs:label "label"@en .\n'
        ':C a owl:Class ; schema:name "by name" ; rdfs:label "насос" .\n'
        ':D a owl:Class ; rdfs:label "b"@en, "a"@en .\n'
        ":E a owl:Class . [] a owl:Axiom ; owl:annotatedSource :E ; owl:annotatedProperty rdfs:label ;\n"
        ' owl:annotatedTarget "annotated"@en ; rdfs:comment "why" . :E rdfs:label "annotated"@en .\n',
    )
    assert names == {"A": "valve", "B": "label", "C": "by name", "D": "a", "E": "annotated"}


def test_labels_that_are_identifiers_are_read_as_words(tmp_path):
    names = words_of(
        tmp_path,
        ':CheeseyPizza a owl:Class ; rdfs:label "CheeseyPizza"@en .\n'
        ':hasTopping a owl:ObjectProperty ; rdfs:label "hasTopping" .\n'
        ':F1 a owl:Class ; rdfs:label "GenBank" .\n'
        ':X1 a owl:Class ; rdfs:label "http://example.org/x" .\n'
        ":JohnSmith a owl:NamedIndividual .\n",
    )
    assert names == {
        "CheeseyPizza": "cheesey pizza",
        "hasTopping": "has topping",
        "F1": "GenBank",
        "X1": UNSPEAKABLE,
        "JohnSmith": "John Smith",
    }


def test_titles_are_lowered_where_a_vocabulary_writes_titles(tmp_path):
    titled = ':A a owl:Class ; rdfs:label "Air Handling Unit" . :B a owl:Class ; rdfs:label "Italian Food" .\n'
    assert words_of(tmp_path, titled) == {"A": "air handling unit", "B": "Italian food"}
    plain = (
        ':A a owl:Class ; rdfs:label "nucleus" . :B a owl:Class ; rdfs:label "Golgi body" .\n'
        ':C a owl:Class ; rdfs:label "cell" .\n'
    )
    assert words_of(tmp_path, plain)["B"] == "Golgi body"


def test_title_styles_are_a_matter_of_the_majority():
    styles = title_styles({"a": ["Big Wheel", "Wheel", "rim"], "b": ["Big wheel", "Rim"], "c": ["rim", "Rim", "hub"]})
    assert styles == {"a": 2, "b": 1, "c": 0}


def test_plural_class_labels_are_read_in_the_singular(tmp_path):
    names = words_of(tmp_path, ':A a owl:Class ; rdfs:label "pets" . :B a owl:Class ; rdfs:label "pliers" .')
    assert names == {"A": "pet", "B": "pliers"}
    assert words_of(tmp_path, ":Marsupials a owl:Class . :FourSeasons a owl:Class .") == {
        "Marsupials": "marsupial",
        "FourSeasons": "four seasons",
    }


def test_words_that_only_look_like_identifiers_are_known(tmp_path):
    file = tmp_path / "o.ttl"
    file.write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix : <http://e.org/o#> .\n"
        ':a1 a <http://www.w3.org/2002/07/owl#Class> ; rdfs:label "GenBank entry" .\n'
        ':a2 a <http://www.w3.org/2002/07/owl#Class> ; rdfs:label "Bora Bora" .\n'
        ':a3 a <http://www.w3.org/2002/07/owl#Class> ; rdfs:label "hasTopping" .\n',
        encoding="utf-8",
    )
    graph = project(load(file))
    assert known_words(Lexicon.of(graph.ontology, graph.kinds, "en").written()) == {"GenBank", "Bora Bora"}


@pytest.mark.parametrize(
    ("term", "language", "rank"),
    [
        ('"pump"@en', "en", 0),
        ('"pump"@en-us', "en", 1),
        ('"pump"', "en", 2),
        ('"pump"@de', "en", -1),
        ('"насос"', "ru", 2),
        ('"насос"', "en", -1),
        ('"3"^^http://www.w3.org/2001/XMLSchema#int', "en", -1),
        ("http://example.org/x", "en", -1),
    ],
)
def test_literals_rank_by_how_well_they_speak_a_language(term, language, rank):
    assert language_rank(term, language) == rank


def test_prose_says_which_capitals_are_names(tmp_path):
    text = (
        ':A a owl:Class ; rdfs:label "Textual format" ;\n'
        '  skos:definition "A way of writing, as opposed to a picture."@en .\n'
        ':B a owl:Class ; rdfs:label "Newick format" ;\n'
        '  skos:definition "A textual way to write the Newick trees down."@en .\n'
    )
    assert words_of(tmp_path, text) == {"A": "textual format", "B": "Newick format"}


def test_latin_names_of_living_things_are_names(tmp_path):
    file = tmp_path / "o.ttl"
    file.write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix obo: <http://purl.obolibrary.org/obo/> .\n"
        'obo:NCBITaxon_9606 a <http://www.w3.org/2002/07/owl#Class> ; rdfs:label "Homo sapiens" .\n',
        encoding="utf-8",
    )
    graph = project(load(file))
    lexicon = Lexicon.of(graph.ontology, graph.kinds, "en")
    human = lexicon.terms.ids["http://purl.obolibrary.org/obo/NCBITaxon_9606"]
    assert [lexicon.word(human, form) for form in ("a", "plural")] == ["Homo sapiens", "Homo sapiens"]


def test_codes_that_most_names_begin_with_are_not_read_out(tmp_path):
    terms = [("E1_CRM_Entity", "E1 CRM Entity"), ("E70_Thing", "E70 Thing"), ("E7_Activity", "E7 Activity"),
             ("E18_Physical_Thing", "E18 Physical Thing"), ("E55_Type", "E55 Type")]  # fmt: skip
    names = words_of(tmp_path, "\n".join(f':{local} a owl:Class ; rdfs:label "{label}" .' for local, label in terms))
    assert sorted(names.values()) == ["CRM entity", "activity", "physical thing", "thing", "type"]


def test_one_name_with_a_code_keeps_it(tmp_path):
    assert words_of(tmp_path, ':A a owl:Class ; rdfs:label "T4 phage" .') == {"A": "T4 phage"}


def test_a_vocabulary_in_capitals_and_hyphens_is_read_as_words(tmp_path):
    local = ["ACTIVITY", "INTERPRETATION", "EXPERIMENT", "temporal-entity", "legal-body", "type-assignment",
             "problem-area", "part-addition", "EVENT",
             "END-OF-EXISTENCE"]  # fmt: skip
    names = words_of(tmp_path, "\n".join(f":{name} a owl:Class ." for name in local))
    assert names == {name: name.lower().replace("-", " ") for name in local}


def test_hashes_in_local_names_have_no_words(tmp_path):
    text = ":Event_002f037b-d09f a owl:NamedIndividual . :Layer3Norm a owl:Class . :KoalaWithPhD a owl:Class ."
    assert words_of(tmp_path, text) == {
        "Event_002f037b-d09f": UNSPEAKABLE,
        "Layer3Norm": "layer 3 norm",
        "KoalaWithPhD": "koala with PhD",
    }


def test_a_capital_that_repeats_the_identifier_says_nothing(tmp_path):
    text = (
        ':Employee a owl:Class ; rdfs:label "Employee" . :c1 a owl:Class ; rdfs:label "person" .\n'
        ':c2 a owl:Class ; rdfs:label "systems staff" . :c3 a owl:Class ; rdfs:label "Organization" .\n'
        ':isTenured a owl:DatatypeProperty ; rdfs:label "is tenured:" .\n'
    )
    names = words_of(tmp_path, text)
    assert (names["Employee"], names["c3"], names["isTenured"]) == ("employee", "Organization", "is tenured")


def test_capitals_of_terms_in_prose_do_not_make_names(tmp_path):
    text = (
        ':A a owl:Class ; rdfs:label "Sound Process Profile" .\n'
        ':A skos:definition "A profile, or Process Profile, of a Violet wave."@en .\n'
        ':B a owl:Class ; rdfs:label "Violet" .\n'
        ':B skos:definition "What a Sound Process Profile measures of a colour."@en .\n'
        ':C a owl:Class ; rdfs:label "Process Profile" .\n'
    )
    assert words_of(tmp_path, text) == {"A": "sound process profile", "B": "violet", "C": "process profile"}


def test_a_label_for_machines_is_not_spoken(tmp_path):
    text = ':A a owl:NamedIndividual ; rdfs:label "specification for v-s:Organization" .'
    assert words_of(tmp_path, text) == {"A": UNSPEAKABLE}


def test_english_text_is_no_russian_definition(tmp_path):
    file = tmp_path / "o.ttl"
    file.write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix : <http://e.org/o#> .\n"
        ':a1 a <http://www.w3.org/2002/07/owl#Class> ; rdfs:label "oрганизация"@ru ;\n'
        ' rdfs:comment "A unit.", "A man."@ru .',
        encoding="utf-8",
    )
    graph = project(load(file))
    lexicon = Lexicon.of(graph.ontology, graph.kinds, "ru")
    texts = [i for i, t in enumerate(graph.ontology.terms.texts) if t.startswith('"A ')]
    assert lexicon.column(np.array(texts, np.int32), "name").tolist() == [UNSPEAKABLE, UNSPEAKABLE]
    assert lexicon.name(lexicon.terms.ids["http://e.org/o#a1"]) == "организация"  # its o was Latin


def test_a_relation_in_hyphens_is_read_as_words(tmp_path):
    text = ":played-by a owl:ObjectProperty . :T-cell a owl:Class ."
    assert words_of(tmp_path, text) == {"played-by": "played by", "T-cell": "T-cell"}


def test_an_individual_named_by_a_clause_is_quoted(tmp_path):
    file = tmp_path / "o.ttl"
    file.write_text("@prefix : <http://e.org/o#> . :isCausedBy a :Relation . :male a :Gender .", encoding="utf-8")
    graph = project(load(file))
    lexicon = Lexicon.of(graph.ontology, graph.kinds, "en")
    terms = np.array([lexicon.terms.ids["http://e.org/o#" + name] for name in ("isCausedBy", "male")], np.int32)
    assert lexicon.column(terms, "the").tolist() == ["‘is caused by’", "male"]


def test_a_russian_individual_named_by_a_clause_is_quoted(tmp_path):
    file = tmp_path / "o.ttl"
    file.write_text(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix : <http://e.org/o#> .\n"
        ':s1 a :Status ; rdfs:label "На доработке"@ru . :s2 a :Status ; rdfs:label "possible decision"@ru .',
        encoding="utf-8",
    )
    graph = project(load(file))
    lexicon = Lexicon.of(graph.ontology, graph.kinds, "ru")
    terms = np.array([lexicon.terms.ids["http://e.org/o#" + name] for name in ("s1", "s2")], np.int32)
    assert lexicon.column(terms, "acc").tolist() == ["«На доработке»", UNSPEAKABLE]
    assert lexicon.name(int(terms[0])) == "На доработке"
