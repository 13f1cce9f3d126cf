"""What says nothing in words is not printed: a theme is a theme."""

from __future__ import annotations

import numpy as np
import pytest

from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.closure import close
from lithograph.render.cast import Speech
from lithograph.render.tautology import hollow, telling
from lithograph.render.voices import voice_of
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.matching import ClaimIndex, find_instances
from lithograph.speech.lexicon import Lexicon

PREFIXES = """@prefix : <http://e.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


@pytest.mark.parametrize(
    ("scene", "body", "told"),
    [
        ("Definition", ':a a owl:Class ; rdfs:label "theme"@en ; skos:definition "A theme."@en .', [False]),
        ("Definition", ':a a owl:Class ; rdfs:label "theme"@en ; skos:definition "A theme of art."@en .', [True]),
        ("Definition", ':a a owl:Class ; rdfs:label "theme song"@en ; skos:definition "A theme song."@en .', [False]),
        ("Synonym", ':a a owl:Class ; rdfs:label "Skype ID"@en ; skos:altLabel "skype ID"@en .', [False]),
        ("IsA", ':a a owl:Class ; rdfs:label "hub"@en ; rdfs:subClassOf :b . :b rdfs:label "Hub"@en .', [False]),
        ("IsA", ":Hub a owl:Class ; rdfs:subClassOf :Part .", [True]),
        (
            "EverySome",
            ":hasHabitat a owl:ObjectProperty . :Koala rdfs:subClassOf [ a owl:Restriction ; "
            "owl:onProperty :hasHabitat ; owl:someValuesFrom :Habitat ] .",
            [False],
        ),
        (
            "IsAByReasoning",
            ':Unit rdfs:subClassOf :o1 . :o1 a owl:Class ; rdfs:label "organization"@en ; owl:equivalentClass :o2 .\n'
            ':o2 a owl:Class ; rdfs:label "Organization"@en .',
            [False, False, False],
        ),
    ],
)
def test_what_only_repeats_a_name_is_not_told(scene, body, told, tmp_path):
    file = tmp_path / "o.ttl"
    file.write_text(PREFIXES + body, encoding="utf-8")
    graph = close(project(load(file)), depth=4).graph
    wanted = next(s for s in standard_scenes() if s.name == scene)
    instances = find_instances(graph, wanted, ClaimIndex.of(graph), np.empty(0, np.int32))
    lexicon = Lexicon.of(graph.ontology, graph.kinds, "en")
    assert telling(lexicon, instances, hollow(graph, lexicon)).tolist() == told


def test_a_portrait_without_a_word_is_not_drawn(tmp_path):
    file = tmp_path / "o.ttl"
    file.write_text(PREFIXES + ":Role rdfs:subClassOf :BFO_0000023 . :Hub rdfs:subClassOf :Part .", encoding="utf-8")
    graph = close(project(load(file)), depth=4).graph
    portrait = next(s for s in standard_scenes() if s.name == "Portrait")
    instances = find_instances(graph, portrait, ClaimIndex.of(graph), np.empty(0, np.int32))
    speech = Speech(graph, Lexicon.of(graph.ontology, graph.kinds, "en"))
    said = voice_of(speech, instances, np.arange(len(instances), dtype=np.uint64)).says
    assert speech.lexicon.column(instances.roles["focus"][said], "name").tolist() == ["hub"]


def test_a_relation_called_as_a_class_is_not_asked_for_by_its_name(tmp_path):
    file = tmp_path / "o.ttl"
    file.write_text(
        PREFIXES + ':Factor a owl:Class ; rdfs:comment "A thing used in an event." .\n'
        ':factor a owl:ObjectProperty ; rdfs:comment "Relates an event to a thing." .',
        encoding="utf-8",
    )
    graph = close(project(load(file)), depth=4).graph
    scene = next(s for s in standard_scenes() if s.name == "Description")
    instances = find_instances(graph, scene, ClaimIndex.of(graph), np.empty(0, np.int32))
    lexicon = Lexicon.of(graph.ontology, graph.kinds, "en")
    told = instances.roles["term"][telling(lexicon, instances, hollow(graph, lexicon))]
    assert [lexicon.terms.texts[i] for i in told] == ["http://e.org/o#Factor"]
