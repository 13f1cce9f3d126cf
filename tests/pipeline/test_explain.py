"""A claim with its evidence as it is shown: status, words, proof, axioms in Manchester syntax, each with its place."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import claims_in_words as words
import pytest

from lithograph.ontology.graph import ClaimGraph, Truth
from lithograph.ontology.load import load
from lithograph.ontology.names import Names, names_of
from lithograph.ontology.project import project
from lithograph.ontology.read_manchester import read_axiom
from lithograph.pipeline.axiom_rows import axiom_rows
from lithograph.pipeline.explain import NO_WORDS, Proved, explained, shown
from lithograph.pipeline.places import places_of
from lithograph.reason.evidence import ASSERTED, PRESUPPOSED, SUPPOSED, Derivation, Evidence, Extent

ROOT = """
<http://e/> owl:imports <http://e/parts> .
:Pump a owl:Class ; rdfs:label "pump"@en , "насос"@ru ; rdfs:subClassOf :Machine .
:FirePump a owl:Class ; rdfs:label "fire pump"@en , "пожарный насос"@ru ; rdfs:subClassOf :Pump .
:Machine a owl:Class ; rdfs:label "machine"@en , "машина"@ru .
:Odd a owl:Class .
"""
PARTS = """
:Pump rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :hasPart ; owl:someValuesFrom :Valve ] ; a owl:Class .
:Valve a owl:Class ; rdfs:label "valve"@en , "клапан"@ru ; owl:disjointWith :Pump .
:hasPart a owl:ObjectProperty ; rdfs:label "has part"@en , "состоит из"@ru .
"""


@pytest.fixture(scope="module")
def pumps(tmp_path_factory: pytest.TempPathFactory) -> ClaimGraph:
    folder = tmp_path_factory.mktemp("pumps")
    (folder / "pumps.ttl").write_text(words.turtle(ROOT), encoding="utf-8")
    parts = words.turtle(PARTS).replace("<http://e/> a owl:Ontology", "<http://e/parts> a owl:Ontology")
    (folder / "parts.ttl").write_text(parts, encoding="utf-8")
    return project(load(folder / "pumps.ttl"))


@pytest.fixture(scope="module")
def names(pumps: ClaimGraph) -> Names:
    return names_of(pumps.ontology)


def leaf(pumps: ClaimGraph, names: Names, text: str, rule: str = ASSERTED) -> Derivation:
    axiom = read_axiom(text, names)
    row = pumps.ontology.axiom_ids().index(axiom.id) if rule == ASSERTED else None
    return Derivation(axiom, rule, axiom=row)


@pytest.fixture(scope="module")
def entailed(pumps: ClaimGraph, names: Names) -> Proved:
    kind, part = (leaf(pumps, names, t) for t in ("FirePump SubClassOf Pump", "Pump SubClassOf hasPart some Valve"))
    claim = read_axiom("FirePump SubClassOf hasPart some Valve", names)
    truism = Derivation(read_axiom("FirePump SubClassOf FirePump", names), "a class below itself")
    again = Derivation(kind.says, "subclass of a subclass", (truism, kind))
    proof = Derivation(claim, "some", (again, part))
    return explained(pumps, claim, Evidence(Truth.ENTAILED, "the rules", proof, proof.leaves(), True))


@pytest.fixture(scope="module")
def refuted(pumps: ClaimGraph, names: Names) -> Proved:
    claim = leaf(pumps, names, "Pump SubClassOf Valve", SUPPOSED)
    there, apart = (
        leaf(pumps, names, "Pump SubClassOf Pump", PRESUPPOSED),
        leaf(pumps, names, "Pump DisjointWith Valve"),
    )
    proof = Derivation(read_axiom("Pump SubClassOf owl:Nothing", names), "disjoint classes", (there, claim, apart))
    evidence = Evidence(Truth.REFUTED, "the rules", proof, proof.leaves(), True, Extent.NONE, ("http://e/Pump",))
    return explained(pumps, claim.says, evidence)


def test_a_proof_is_told_as_a_tree_with_the_file_and_the_ontology_of_each_axiom(entailed: Proved) -> None:
    assert shown(entailed).splitlines() == [
        "'fire pump' SubClassOf 'has part' some valve",
        "entailed, by the rules",
        "Every fire pump has as part a valve.",
        "",
        "'fire pump' SubClassOf 'has part' some valve  by: some",
        "├── 'fire pump' SubClassOf pump  in pumps.ttl <http://e/>",
        "└── pump SubClassOf 'has part' some valve  in parts.ttl <http://e/parts>",
        "",
        "Every fire pump is a pump. Every pump has as part a valve. So every fire pump has as part a valve.",
        "",
        "2 axioms (none of them can be left out):",
        "  'fire pump' SubClassOf pump    in pumps.ttl <http://e/>",
        "  pump SubClassOf 'has part' some valve    in parts.ttl <http://e/parts>",
    ]


def test_a_refutation_marks_what_is_presupposed_and_what_is_supposed(refuted: Proved) -> None:
    said = shown(refuted, "tree", "ru").splitlines()
    assert said[1:3] == ["refuted (none), by the rules; presupposing that there is: pump",
                         "Ни один насос не является клапаном."]  # fmt: skip
    assert "├── there is: pump  presupposed" in said
    assert "├── pump SubClassOf valve  supposed, to be refuted" in said
    assert "Пусть существует насос. Предположим обратное: он является клапаном." in shown(refuted, "tree", "ru")


def test_the_page_and_the_data_hold_the_same_axioms_in_the_same_places(entailed: Proved) -> None:
    page, data = shown(entailed, "md"), json.loads(shown(entailed, "json"))
    assert data["status"] == "entailed" and data["minimal"] and data["proof"]["rule"] == "some"
    assert [j["file"] for j in data["justification"]] == ["pumps.ttl", "parts.ttl"]
    for told in data["justification"]:
        assert f"- `{told['axiom']}` in `{told['file']}`, `{told['ontology']}`" in page.splitlines()
    assert set(data["words"]) == {"en", "ru"}


def test_the_picture_is_of_the_proof_or_of_the_claim_alone(
    entailed: Proved, refuted: Proved, pumps: ClaimGraph, names: Names
) -> None:
    alone = explained(pumps, read_axiom("Valve SubClassOf Machine", names), Evidence(Truth.UNKNOWN, "two models"))
    boxes = [len(ElementTree.fromstring(shown(p, "svg")).findall("{*}rect")) - 1 for p in (entailed, refuted, alone)]
    assert boxes == [3, 4, 1]


def test_an_unknown_says_so_and_by_whose_word(pumps: ClaimGraph, names: Names) -> None:
    open_ = explained(pumps, read_axiom("Valve SubClassOf Machine", names), Evidence(Truth.UNKNOWN, "two models"))
    assert shown(open_).splitlines() == [
        "valve SubClassOf machine", "unknown, by two models",
        "The ontology does not settle whether every valve is a machine.",
    ]  # fmt: skip


def test_what_nobody_decided_is_no_unknown(pumps: ClaimGraph, names: Names) -> None:
    undecided = explained(pumps, read_axiom("Valve SubClassOf Machine", names), Evidence(None, "", why="no time left"))
    assert undecided.status == "undecided"
    assert shown(undecided).splitlines()[1:] == [
        "undecided: no time left", "It was not decided whether every valve is a machine.",
    ]  # fmt: skip


def test_a_claim_without_words_in_a_language_is_shown_in_manchester_alone(pumps: ClaimGraph, names: Names) -> None:
    odd = explained(pumps, read_axiom("Odd SubClassOf Machine", names), Evidence(Truth.UNKNOWN, "two models"))
    assert shown(odd, "tree", "ru").splitlines() == ["Odd SubClassOf machine", "unknown, by two models", NO_WORDS]


@pytest.mark.parametrize(("claim", "extent", "said"), [
    ("Pump SubClassOf Valve", Extent.NONE, "No pump is a valve."),
    ("Pump SubClassOf Valve", Extent.NOT_ALL, "Not every pump is a valve."),
    ("Pump SubClassOf hasPart some Valve", Extent.NONE, "No pump has as part a valve."),
    ("Pump SubClassOf not Valve", Extent.NONE, "Every pump is a valve."),
    ("Pump SubClassOf hasPart only Valve", Extent.NOT_ALL,
     "It is not so that whatever a pump has as part is a valve."),
    ("Pump DisjointWith Valve", None, "It is not so that no pump is a valve."),
])  # fmt: skip
def test_the_no_is_worded_as_it_was_proved(
    pumps: ClaimGraph, names: Names, claim: str, extent: Extent | None, said: str
) -> None:
    evidence = Evidence(Truth.REFUTED, "the rules", extent=extent)
    assert explained(pumps, read_axiom(claim, names), evidence).words["en"] == said


def test_an_axiom_that_two_files_hold_stands_in_the_first(pumps: ClaimGraph, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(words.turtle(ROOT + PARTS), encoding="utf-8")
    parts = words.turtle(PARTS).replace("<http://e/> a owl:Ontology", "<http://e/parts> a owl:Ontology")
    (tmp_path / "parts.ttl").write_text(parts, encoding="utf-8")
    ontology = load(tmp_path / "a.ttl")
    assert {place.file for place in places_of(ontology, range(len(ontology))).values()} == {"a.ttl"}


def test_an_axiom_has_its_place_although_another_file_sorts_its_properties(tmp_path: Path) -> None:
    text = words.turtle("<http://e/> owl:imports <http://e/parts> . :owns owl:equivalentProperty :hasPart .")
    (tmp_path / "a.ttl").write_text(text, encoding="utf-8")
    parts = words.turtle(":hasPart a owl:ObjectProperty . :owns a owl:ObjectProperty .")
    parts = parts.replace("<http://e/> a owl:Ontology", "<http://e/parts> a owl:Ontology")
    (tmp_path / "parts.ttl").write_text(parts, encoding="utf-8")
    ontology = load(tmp_path / "a.ttl")
    row = next(r for r in range(len(ontology)) if ontology.axiom(r).kind == "EquivalentObjectProperties")
    assert places_of(ontology, [row])[row].file == "a.ttl"


def test_every_axiom_of_the_world_stands_in_one_of_its_files(project_root: Path) -> None:
    ontology = load(project_root / "ontology" / "world" / "world.ttl")
    assert len(places_of(ontology, range(len(ontology)))) == len(ontology)
    assert axiom_rows(ontology, None)["source"].null_count == 0
