"""What a reasoner finds in an ontology: counts, contradictions with the axioms to blame, what follows."""

from __future__ import annotations

from pathlib import Path

import claims_in_words as words
import pytest

from lithograph.config import Config
from lithograph.pipeline.reason import Reasoned, reason_about, report

SHOP = """
:Pump a owl:Class ; rdfs:subClassOf :Machine . :Machine a owl:Class ; rdfs:subClassOf :Thing .
:Thing a owl:Class . :FirePump a owl:Class ; rdfs:subClassOf :Pump .
:Valve a owl:Class ; owl:disjointWith :Pump . :hasPart a owl:ObjectProperty ; rdfs:domain :Machine .
:Both a owl:Class ; rdfs:subClassOf :Pump , :Valve .
:p1 a :FirePump ; :hasPart :v1 . :v1 a :Valve .
"""


def found(folder: Path, body: str, **options: object) -> Reasoned:
    (folder / "shop.ttl").write_text(words.turtle(body), encoding="utf-8")
    return reason_about(Config(folder, **options), folder / "shop.ttl")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Reasoned:
    return found(tmp_path_factory.mktemp("shop"), SHOP)


def test_entities_are_counted_by_kind(shop: Reasoned) -> None:
    assert {kind: n for kind, n in shop.entities.items() if n} == {"class": 6, "object property": 1, "individual": 2}
    assert shop.logical == 10


def test_what_follows_is_counted_without_what_is_said_and_without_empty_classes(shop: Reasoned) -> None:
    inferred = shop.inferred
    assert inferred is not None and inferred.complete
    # Pump and FirePump below Machine and Thing, FirePump below Pump, Machine below Thing
    assert (inferred.subsumptions, inferred.new_subsumptions) == (6, 3)
    # p1: FirePump, Pump, Machine, Thing; v1: Valve
    assert (inferred.types, inferred.new_types) == (5, 3)


def test_a_class_without_members_stands_with_the_axioms_to_blame(shop: Reasoned) -> None:
    axioms = shop.unsatisfiable["http://e/Both"]
    assert {text for text, _ in axioms} == {
        "Both SubClassOf Pump", "Both SubClassOf Valve", "Pump DisjointWith Valve",
    }  # fmt: skip
    assert {str(place) for _, place in axioms} == {"shop.ttl <http://e/>"}


def test_the_report_says_all_of_it_a_line_each(shop: Reasoned) -> None:
    lines = report(shop).splitlines()
    assert lines[0] == "shop.ttl <http://e/>"
    assert "entities: 6 classes, 1 object property, 2 individuals" in lines
    assert any(line.startswith("consistent: yes (HermiT") for line in lines)
    assert "classes that can have no member: 1" in lines
    assert "    Both SubClassOf Pump    in shop.ttl <http://e/>" in lines
    assert lines[-1].startswith("seconds: load ")


def test_a_contradiction_is_reported_with_its_axioms_and_nothing_that_follows(tmp_path: Path) -> None:
    broken = found(tmp_path, SHOP + ":p1 a :Valve .")
    said = report(broken)
    assert "consistent: no (HermiT" in said
    assert "p1 Type Valve    in shop.ttl" in said and "follows by the rules" not in said
    assert broken.inferred is None


def test_where_nobody_is_asked_the_rules_still_say_what_they_see(tmp_path: Path) -> None:
    said = report(found(tmp_path, SHOP, oracle="off"))
    assert 'consistent: nobody was asked (oracle = "off")' in said
    assert "classes that can have no member: 1, as far as the rules see" in said
