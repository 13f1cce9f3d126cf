"""The verbs `prove` and `reason`: a claim of each status with what it rests on, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import claims_in_words as words
import pytest
from click.testing import CliRunner, Result

from lithograph.cli import main
from lithograph.config import Config
from lithograph.pipeline.prove import prove

SHOP = """
:Machine a owl:Class ; rdfs:label "machine"@en , "машина"@ru .
:Pump a owl:Class ; rdfs:label "pump"@en , "насос"@ru ; rdfs:subClassOf :Machine ,
    [ a owl:Restriction ; owl:onProperty :hasPart ; owl:someValuesFrom :Valve ] .
:FirePump a owl:Class ; rdfs:label "fire pump"@en , "пожарный насос"@ru ; rdfs:subClassOf :Pump .
:Valve a owl:Class ; rdfs:label "valve"@en , "клапан"@ru ; owl:disjointWith :Machine .
:Seal a owl:Class ; rdfs:label "seal"@en , "уплотнение"@ru . :Ring a owl:Class ; rdfs:label "seal"@en .
:hasPart a owl:ObjectProperty ; rdfs:label "has part"@en , "состоит из"@ru .
:p1 a :FirePump , owl:NamedIndividual ; rdfs:label "pump one"@en .
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("shop") / "shop.ttl"
    file.write_text(words.turtle(SHOP), encoding="utf-8")
    (file.parent / "lithograph.toml").write_text('oracle = "off"\n')  # the rules and two models decide all of it
    return file


def run(shop: Path, *arguments: str) -> Result:
    given = [*arguments, "--ontology", str(shop), "--project", str(shop.parent)]
    return CliRunner().invoke(main, ["prove", *given], prog_name="lithograph")


@pytest.mark.parametrize(("claim", "status", "answer"), [
    (("Pump SubClassOf hasPart some Valve",), "asserted, by an axiom", "Every pump has as part a valve."),
    (("fire pump", "has part", "valve"), "entailed, by the rules", "Every fire pump has as part a valve."),
    (("pump one", "a", "Machine"), "entailed, by the rules", "Pump one is a machine."),
    (("FirePump", "SubClassOf", "Valve"), "refuted (none), by the rules; presupposing that there is: 'fire pump'",
     "No fire pump is a valve."),
    (("FirePump", "hasPart", ":Seal"), "unknown, by two models; presupposing that there is: 'fire pump'",
     "The ontology does not settle whether every fire pump has as part a seal."),
])  # fmt: skip
def test_a_claim_of_each_status_ends_with_0(shop: Path, claim: tuple[str, ...], status: str, answer: str) -> None:
    done = run(shop, *claim)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1:3] == [status, answer]


def test_a_proof_is_drawn_told_and_led_back_to_the_file(shop: Path) -> None:
    said = run(shop, "FirePump SubClassOf hasPart some Valve").stdout
    assert "└── " in said and "in shop.ttl <http://e/>" in said
    assert "So every fire pump has as part a valve." in said
    assert "2 axioms (none of them can be left out):" in said
    russian = run(shop, "FirePump", "hasPart", "Valve", "--language", "ru").stdout
    assert "Значит, каждый пожарный насос состоит из клапана." in russian


def test_words_without_quotes_are_one_line_together(shop: Path) -> None:
    assert run(shop, "Pump", "SubClassOf", "hasPart", "some", "Valve").stdout.splitlines()[1].startswith("asserted")


def test_the_other_forms_are_a_page_data_and_a_picture_in_a_file(shop: Path, tmp_path: Path) -> None:
    claim = ("FirePump", "SubClassOf", "Valve")
    assert run(shop, *claim, "--format", "md").stdout.startswith("# `'fire pump' SubClassOf valve`\n")
    data = json.loads(run(shop, *claim, "--format", "json").stdout)
    assert (data["status"], data["extent"], data["by"]) == ("refuted", "none", "the rules")
    file = tmp_path / "new" / "proof.svg"
    done = run(shop, *claim, "--format", "svg", "--out", str(file))
    assert done.exit_code == 0 and done.stdout == f"{file}\n"
    assert ElementTree.parse(file).getroot().tag.endswith("svg")
    first = file.read_bytes()
    run(shop, *claim, "--format", "svg", "--out", str(file))
    assert file.read_bytes() == first


@pytest.mark.parametrize(("claim", "line"), [
    ("Pmup SubClassOf Valve", r"claim: no class is called 'Pmup' \(nearest: Pump\)\. Write .*"),
    ("Pump SubClassOf seal", r"claim: 2 entities are called 'seal' where one class is due \(<http://e/Ring>, .*"),
    ("Pump SubClassOf hasPart some", r"claim: it breaks off where more is due\. Write it as Protégé .*"),
    ("Pump SubClassOf (Valve", r"claim: '\)' is missing\. .*"),
    ("  ", r"claim: nothing is asked\. Write one, .*"),
])  # fmt: skip
def test_a_claim_that_cannot_be_read_is_refused_in_one_line(shop: Path, claim: str, line: str) -> None:
    done = run(shop, claim)
    said = [x for x in done.stderr.splitlines() if x.startswith("lithograph:")]
    assert done.exit_code == 2 and done.stdout == "" and len(said) == 1
    assert re.fullmatch(f"lithograph: {line}", said[0]), said


@pytest.mark.parametrize("oracle", ["required", "off"])
def test_of_a_contradiction_nothing_is_proved(tmp_path: Path, oracle: str) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text(words.turtle(SHOP + ":p1 a :Valve ."), encoding="utf-8")
    (tmp_path / "lithograph.toml").write_text(f'oracle = "{oracle}"\n')
    done = run(file, "Pump SubClassOf :Seal")
    assert done.exit_code == 2 and "the ontology contradicts itself (5 axioms cannot all be true: " in done.stderr


@pytest.mark.parametrize(("claim", "status", "told"), [
    ("Machine EquivalentTo Pump", "unknown, by two models; presupposing that there is: machine",
     "The ontology does not settle whether every machine is a pump, and every pump is a machine."),
    ("FirePump EquivalentTo Valve", "refuted, by the rules; presupposing that there is: 'fire pump'",
     "It is not so that every fire pump is a valve, and every valve is a fire pump."),
    ("drives Domain Machine", "entailed, by the rules", "Whatever drives something is a machine."),
])  # fmt: skip
def test_an_equivalence_and_a_domain_are_asked_as_subclasses(
    tmp_path: Path, claim: str, status: str, told: str
) -> None:
    file = tmp_path / "shop.ttl"
    text = words.turtle(SHOP + ":drives a owl:ObjectProperty ; rdfs:domain :Pump .")
    file.write_text(text, encoding="utf-8")
    (tmp_path / "lithograph.toml").write_text('oracle = "off"\n')
    done = run(file, claim)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[1] == status
    assert told in done.stdout


def test_two_open_directions_make_no_unknown_of_an_equivalence(shop: Path) -> None:
    done = run(shop, "Machine EquivalentTo :Seal")
    assert done.exit_code == 1, done.output
    assert done.stdout.splitlines()[1].startswith("undecided")


def test_where_nobody_decides_the_code_is_1(tmp_path: Path) -> None:
    file = tmp_path / "empty.ttl"
    file.write_text(words.turtle(SHOP + ":No a owl:Class ; rdfs:subClassOf :Pump , :Valve ."), encoding="utf-8")
    (tmp_path / "lithograph.toml").write_text('oracle = "off"\n')
    done = run(file, "No", "SubClassOf", "Ring")
    assert done.exit_code == 1 and done.stdout.splitlines()[1].startswith("undecided, by the rules: ")


def test_what_python_proves_is_what_the_verb_shows(shop: Path) -> None:
    found = prove(Config(shop.parent), "FirePump SubClassOf Valve", ontology=shop)
    assert (found.status, found.words["ru"]) == ("refuted", "Ни один пожарный насос не является клапаном.")
    assert found.evidence.minimal and len(found.justification) == 3


def test_reason_reports_on_an_ontology(shop: Path) -> None:
    done = CliRunner().invoke(main, ["reason", str(shop), "--project", str(shop.parent)], prog_name="lithograph")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "shop.ttl <http://e/>"
    assert "classes that can have no member: none, as far as the rules see" in lines
    assert any(line.startswith("follows by the rules: ") for line in lines)
    nowhere = CliRunner().invoke(main, ["reason", "nowhere.ttl"], prog_name="lithograph")
    assert nowhere.exit_code == 2 and nowhere.stdout == ""
