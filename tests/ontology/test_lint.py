"""What lint finds, each in a small file, and that a sound one is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lithograph.ontology.lint import SEVERITIES, Finding, cycles, lint
from lithograph.ontology.load import load

HEAD = """
@prefix : <http://ex.org/o#> .
@prefix litho: <https://w3id.org/lithograph/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://ex.org/o> a owl:Ontology .
"""

SOUND = """
:Machine a owl:Class ; rdfs:label "machine"@en , "машина"@ru ;
    skos:definition "A thing with moving parts."@en , "Вещь с подвижными частями."@ru .
:Pump a owl:Class ; rdfs:subClassOf :Machine ; rdfs:label "pump"@en , "насос"@ru ;
    skos:definition "A machine that moves a liquid."@en , "Машина, которая двигает жидкость."@ru .
:drives a owl:ObjectProperty ; rdfs:label "drives"@en , "приводит в движение"@ru ;
    litho:verbPhrase "drives"@en , "приводит в движение"@ru .
"""


def found(folder: Path, turtle: str, languages: tuple[str, ...] = ("en", "ru")) -> list[Finding]:
    """The findings on a small ontology."""
    file = folder / "o.ttl"
    file.write_text(HEAD + turtle, encoding="utf-8")
    return lint(load(file), languages)


def lines(findings: list[Finding], check: str) -> list[str]:
    """The findings of one check, as lines."""
    return [f"{finding.severity} {finding}" for finding in findings if finding.check == check]


def test_a_sound_ontology_has_no_findings(tmp_path: Path) -> None:
    assert found(tmp_path, SOUND) == []


CASES: list[tuple[str, str, str]] = [
    (
        "label-missing",
        ':Valve a owl:Class ; rdfs:subClassOf :Machine ; rdfs:label "valve"@en .',
        "warning :Valve: has no label @ru. Add rdfs:label in this language.",
    ),
    (
        "label-identifier",
        ':hasPart a owl:ObjectProperty ; rdfs:label "hasPart"@en .',
        "warning :hasPart: the label 'hasPart' @en is an identifier. "
        "Write it as words, or mark it with litho:properName: it is what a reader will see.",
    ),
    (
        "label-identifier",
        ':Valve a owl:Class ; rdfs:label "EX_0001"@en .',
        "warning :Valve: the label 'EX_0001' @en is an identifier. "
        "Write it as words, or mark it with litho:properName: it is what a reader will see.",
    ),
    (
        "label-duplicate",
        ':Other a owl:Class ; rdfs:label "Pump"@en .',
        "warning :Other: shares the label 'pump' @en with :Pump. Tell them apart by their labels.",
    ),
    (
        "several-labels",
        ':Pump rdfs:label "pumping thing"@en .',
        "note :Pump: has several labels @en: 'pump', 'pumping thing'. Keep one and make the others skos:altLabel.",
    ),
    (
        "definition-missing",
        ":Valve a owl:Class ; rdfs:subClassOf :Machine .",
        "note :Valve: has no definition @en. Add skos:definition or rdfs:comment in this language.",
    ),
    (
        "definition-is-label",
        ':Valve a owl:Class ; rdfs:label "valve"@en ; rdfs:comment "Valve."@en .',
        "warning :Valve: the definition @en only repeats the label. Say what sets it apart from its kind.",
    ),
    (
        "class-alone",
        ":Valve a owl:Class .",
        "note :Valve: is a class that stands alone, with no parent, no subclass and no member. "
        "Put it under a class, or remove it.",
    ),
    (
        "cycle",
        ":Machine rdfs:subClassOf :Pump .",
        "warning <http://ex.org/o>: are subclass one of another in a circle: :Machine, :Pump. "
        "Break the circle, or say that they are equivalent.",
    ),
    (
        "cycle",
        ":drives rdfs:subPropertyOf :drives .",
        "warning :drives: is a subproperty of itself. Remove it.",
    ),
    ("no-class", ":x a owl:NamedIndividual .", "note :x: is an individual of no named class. Say what it is."),
    (
        "undeclared",
        ":Pump rdfs:subClassOf :Maschine .",
        "warning :Maschine: is used as a class but not declared. Declare it, or correct the name.",
    ),
    (
        "verb-phrase-missing",
        ':moves a owl:ObjectProperty ; rdfs:label "moves"@en ; litho:verbPhrase "moves"@en .',
        "warning :moves: has no verb phrase @ru. Add litho:verbPhrase in this language.",
    ),
    (
        "deprecated-used",
        ":Old a owl:Class ; owl:deprecated true . :Pump rdfs:subClassOf :Old . :Machine rdfs:subClassOf :Old .",
        "warning :Old: is deprecated but still used by :Machine and 1 more. Use what replaces it.",
    ),
    (
        "disjoint",
        ":A a owl:Class ; owl:disjointWith :Machine . :Hybrid a owl:Class ; rdfs:subClassOf :A , :Pump .",
        "error :Hybrid: is below both :A and :Machine, which are disjoint: it can have no member. "
        "Take it out of one of them, or remove the disjointness.",
    ),
    (
        "disjoint",
        ":A a owl:Class . [] a owl:AllDisjointClasses ; owl:members ( :A :Machine ) . :x a :A , :Pump .",
        "error :x: is a member of both :A and :Machine, which are disjoint: the ontology contradicts itself. "
        "Take it out of one of them, or remove the disjointness.",
    ),
    (
        "import-missing",
        "<http://ex.org/o> owl:imports <http://ex.org/nowhere> .",
        "warning <http://ex.org/o>: the import <http://ex.org/nowhere> was not found. "
        "Put the file beside the ontology, or name it in catalog-v001.xml.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "turtle", "line"), CASES, ids=[f"{check}-{i}" for i, (check, _, _) in enumerate(CASES)]
)
def test_each_fault_is_said_in_one_line_with_its_cure(check: str, turtle: str, line: str, tmp_path: Path) -> None:
    assert line in lines(found(tmp_path, SOUND + turtle), check)


def test_a_proper_name_may_look_like_an_identifier(tmp_path: Path) -> None:
    named = ':G a owl:Class ; rdfs:label "GenBank"@en '
    assert lines(found(tmp_path, named + "."), "label-identifier")[0].startswith("note :G")
    assert lines(found(tmp_path, named + "; litho:properName true ."), "label-identifier") == []


@pytest.mark.parametrize("label", ["pump", "mRNA", "pH", "3D model", "counter-steering", "LoRA", "насос", "A4"])
def test_words_are_no_identifiers(label: str, tmp_path: Path) -> None:
    assert lines(found(tmp_path, f':X a owl:Class ; rdfs:label "{label}"@en .'), "label-identifier") == []


def test_a_language_that_is_not_used_at_all_is_one_finding(tmp_path: Path) -> None:
    classes = "".join(f':C{i} a owl:Class ; rdfs:label "c {i}" . ' for i in "abc")
    findings = found(tmp_path, classes)
    assert lines(findings, "label-missing") == []
    assert lines(findings, "no-labels") == [
        "note <http://ex.org/o>: no entity has a label @ru (3 have none). "
        "Add rdfs:label in this language, or leave it out of the project's languages."
    ]
    assert lines(found(tmp_path, classes, ("en",)), "no-labels") == []


def test_terms_of_everybodys_vocabularies_are_left_alone(tmp_path: Path) -> None:
    turtle = "skos:Concept a owl:Class . skos:broader a owl:ObjectProperty . :Pump rdfs:seeAlso :Pump ."
    assert found(tmp_path, SOUND + turtle) == []


def test_deprecated_terms_owe_nothing_and_may_use_one_another(tmp_path: Path) -> None:
    turtle = (
        ":Old a owl:Class ; owl:deprecated true . :Older a owl:Class ; owl:deprecated true ; rdfs:subClassOf :Old ."
    )
    assert found(tmp_path, SOUND + turtle) == []


def test_a_name_used_as_what_it_is_declared_not_to_be_is_an_error(tmp_path: Path) -> None:
    some = "[ a owl:Restriction ; owl:onProperty :size ; owl:someValuesFrom :Machine ]"
    turtle = f":size a owl:DatatypeProperty . :Pump rdfs:subClassOf {some} ."
    (error,) = [f for f in found(tmp_path, SOUND + turtle) if f.severity == "error"]
    assert str(error) == ":Machine: is declared as a class and used as a datatype. Use it as what it is."


SCENE = """
litho:relation a owl:AnnotationProperty . litho:filledBy a owl:AnnotationProperty .
litho:Scene a owl:Class . litho:Role a owl:Class . litho:Coupling a owl:Class .
litho:hasRole a owl:ObjectProperty . litho:focusRole a owl:ObjectProperty . litho:hasCoupling a owl:ObjectProperty .
litho:fromRole a owl:ObjectProperty . litho:toRole a owl:ObjectProperty . litho:roleName a owl:DatatypeProperty .
:scene a owl:NamedIndividual , litho:Scene ; rdfs:label "driving"@en , "привод"@ru ;
    litho:focusRole :driver ; litho:hasRole :driven ; litho:hasCoupling :link .
:driver a owl:NamedIndividual , litho:Role ; litho:roleName "driver" ; rdfs:label "driver"@en , "ведущий"@ru .
:driven a owl:NamedIndividual , litho:Role ; litho:roleName "driven" ; rdfs:label "driven"@en , "ведомый"@ru .
:link a owl:NamedIndividual , litho:Coupling ; rdfs:label "link"@en , "связь"@ru ;
    litho:fromRole :driver ; litho:toRole :driven ; litho:relation :drives .
"""


def test_a_whole_scene_has_no_findings(tmp_path: Path) -> None:
    assert found(tmp_path, SOUND + SCENE) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "litho:relation :drives",
            "litho:relation :drivs",
            ":link: its litho:relation is <http://ex.org/o#drivs>, which is no property here",
        ),
        (
            "litho:toRole :driven",
            "litho:toRole :other",
            ":link: its litho:toRole is <http://ex.org/o#other>, which is not a role of its scene",
        ),
        (
            "litho:toRole :driven",
            "litho:toRole :driver",
            ":scene: its role 'driven' is in no coupling, so nothing can fill it",
        ),
        ("litho:focusRole :driver", "litho:hasRole :driver", ":scene: has no focus"),
        (
            'litho:roleName "driven"',
            'litho:roleName "driver"',
            ":driver: has the same role name 'driver' as another role of its scene",
        ),
        ('litho:roleName "driven" ; ', "", ":driven: is a role without a name"),
        ("litho:hasCoupling :link", "rdfs:seeAlso :link", ":scene: has no coupling"),
        ("litho:hasCoupling :link", "rdfs:seeAlso :link", ":link: is a coupling of no scene"),
        ("litho:relation :drives .", "rdfs:seeAlso :drives .", ":link: names no relation"),
        ("litho:fromRole :driver ; ", "", ":link: has no litho:fromRole"),
        (
            '"driven" ;',
            '"driven" ; litho:filledBy :Nothing ;',
            ":driven: is filled by <http://ex.org/o#Nothing>, which is no class here",
        ),
    ],
)
def test_a_scene_that_is_not_whole_is_an_error(old: str, new: str, line: str, tmp_path: Path) -> None:
    assert old in SCENE
    said = lines(found(tmp_path, SOUND + SCENE.replace(old, new)), "scene")
    assert any(text.startswith(f"error {line}.") for text in said), said


def test_findings_come_worst_first_whatever_the_order_of_the_file(tmp_path: Path) -> None:
    faults = [turtle for _, turtle, _ in CASES]
    first = found(tmp_path, SOUND + "\n".join(faults))
    assert first == found(tmp_path, "\n".join(reversed(faults)) + SOUND)
    ranks = [SEVERITIES.index(finding.severity) for finding in first]
    assert ranks == sorted(ranks)
    assert all("\n" not in str(finding) for finding in first)


def test_circles_are_found_in_a_deep_hierarchy() -> None:
    deep = {f"{i:05}": {f"{i + 1:05}"} for i in range(5000)}
    assert cycles(deep) == []
    deep["05000"] = {"04998"}
    assert cycles(deep) == [["04998", "04999", "05000"]]


@pytest.mark.data
def test_the_two_faults_of_pizza_are_seen_on_the_surface_or_left_to_the_reasoner(shared_data: Path) -> None:
    findings = lint(load(shared_data / "ontologies/protege-classics/pizza.owl"), ("en",))
    (error,) = [finding for finding in findings if finding.severity == "error"]
    assert "CheeseyVegetableTopping" in error.place
