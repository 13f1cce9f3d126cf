"""A small ontology about a bicycle, with its words in two languages, and golden tables of forms."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lithograph.ontology.graph import ClaimGraph
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.closure import close

GOLDEN = Path(__file__).parents[1] / "golden" / "render"
Table = list[list[str]]
CheckTable = Callable[[str, Callable[[list[str]], list[str]]], None]

BICYCLE = """
@prefix : <http://example.org/bicycle#> .
@prefix litho: <https://w3id.org/lithograph/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<http://example.org/bicycle> a owl:Ontology .

:Vehicle a owl:Class ; rdfs:label "vehicle"@en, "транспортное средство"@ru .
:Bicycle a owl:Class ; rdfs:label "bicycle"@en, "велосипед"@ru ;
    rdfs:subClassOf :Vehicle ,
        [ a owl:Restriction ; owl:onProperty :hasPart ; owl:someValuesFrom :Chain ] ,
        [ a owl:Restriction ; owl:onProperty :hasPart ; owl:onClass :Wheel ; owl:qualifiedCardinality 2 ] ,
        [ a owl:Restriction ; owl:onProperty :stands ; owl:allValuesFrom :Wheel ] ;
    skos:definition "A vehicle with two wheels in line."@en , "Машина с двумя колёсами друг за другом."@ru .
:Roadster a owl:Class ; rdfs:label "roadster"@en, "дорожный велосипед"@ru ; rdfs:subClassOf :Bicycle .
:Wheel a owl:Class ; rdfs:label "wheel"@en, "колесо"@ru ; litho:plural "wheels"@en, "колёса"@ru .
:Chain a owl:Class ; rdfs:label "chain"@en, "цепь"@ru ; owl:disjointWith :Wheel ;
    rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :joinedTo ; owl:someValuesFrom :Wall ] .
:Wall a owl:Class ; rdfs:label "wall"@en, "стена"@ru .
:Steel a owl:Class ; rdfs:label "steel"@en, "сталь"@ru ; litho:article "none" .
:OldThing a owl:Class ; rdfs:label "old thing"@en, "старая вещь"@ru ; owl:deprecated true .
:data_0006 a owl:Class .
:EnergyGel a owl:Class .

:hasPart a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:label "has part"@en, "состоит из"@ru ;
    owl:inverseOf :partOf .
:partOf a owl:ObjectProperty ; rdfs:label "part of"@en, "является частью"@ru .
:stands a owl:ObjectProperty ; rdfs:label "stands on"@en, "стоит на"@ru ; rdfs:subPropertyOf :relatedTo ;
    rdfs:domain :Vehicle .
:joinedTo a owl:ObjectProperty ; rdfs:label "joined to"@en, "связан с"@ru .
:relatedTo a owl:ObjectProperty ; litho:verbPhrase "has to do with"@en, "имеет отношение"@ru ;
    litho:governs "к dat"@ru ; rdfs:label "related to"@en, "относится к"@ru .
:weight a owl:DatatypeProperty ; rdfs:label "weight"@en, "вес"@ru .

:Anna a owl:NamedIndividual , :Rider ; rdfs:label "Anna"@en, "Анна"@ru ; :rides :redOne .
:Rider a owl:Class ; rdfs:label "rider"@en, "велосипедист"@ru .
:rides a owl:ObjectProperty ; rdfs:label "rides"@en, "едет на"@ru ; litho:governs "loc"@ru ; rdfs:range :Vehicle .
:redOne a owl:NamedIndividual , :Roadster ; rdfs:label "red roadster of Anna"@en, "красный велосипед Анны"@ru ;
    :weight "14.5"^^xsd:decimal .
[] a owl:NegativePropertyAssertion ; owl:sourceIndividual :Anna ; owl:assertionProperty :rides ;
    owl:targetIndividual :Anna .
"""


@pytest.fixture(scope="session")
def bicycle(tmp_path_factory: pytest.TempPathFactory) -> ClaimGraph:
    """The claims of the small ontology, closed."""
    file = tmp_path_factory.mktemp("bicycle") / "bicycle.ttl"
    file.write_text(BICYCLE, encoding="utf-8")
    return close(project(load(file))).graph


def golden(name: str) -> tuple[list[str], Table]:
    """Header and rows of a golden table."""
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    header, *rows = [line.split("\t") for line in lines]
    return header, rows


@pytest.fixture
def check_table() -> CheckTable:
    """Compare a golden table with what a function makes of each of its rows.

    With LITHOGRAPH_UPDATE_GOLDEN set the table is written anew, to be reviewed as a diff.
    """

    def check(name: str, remade: Callable[[list[str]], list[str]]) -> None:
        header, rows = golden(name)
        made = [remade(row) for row in rows]
        if os.environ.get("LITHOGRAPH_UPDATE_GOLDEN"):
            text = "\n".join("\t".join(row) for row in [header, *made]) + "\n"
            (GOLDEN / name).write_text(text, encoding="utf-8")
        assert [row for row in made if row not in rows] == []
        assert made == rows

    return check
