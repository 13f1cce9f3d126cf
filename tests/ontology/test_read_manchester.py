"""Claims as they are typed: what the writer writes is read back, names are found, slips are refused in one line."""

from __future__ import annotations

from pathlib import Path

import claims_in_words as words
import pytest
from hypothesis import given, settings
from random_axioms import AXIOMS, SHOP, E

from lithograph.core.errors import LithographError
from lithograph.ontology.axioms import ANNOTATION_KINDS, Axiom, Ontology
from lithograph.ontology.functional import term_text
from lithograph.ontology.load import load
from lithograph.ontology.manchester import manchester
from lithograph.ontology.names import Names, names_of
from lithograph.ontology.read_manchester import in_order, read_axiom, read_triple


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Ontology:
    file = tmp_path_factory.mktemp("shop") / "shop.ttl"
    file.write_text(words.turtle(SHOP), encoding="utf-8")
    return load(file)


@pytest.fixture(scope="module")
def names(shop: Ontology) -> Names:
    return names_of(shop)


# ---- what is written is read back


@settings(max_examples=150, deadline=None, derandomize=True)
@given(said=AXIOMS)
def test_an_axiom_in_manchester_syntax_is_read_back(names: Names, said: Axiom) -> None:
    text = manchester(in_order(said), term_text)
    assert read_axiom(text, names).text == said.text, text


SILENT = ANNOTATION_KINDS | {"Declaration"}


def unlike(file: Path) -> list[str]:
    """The logical axioms of a file that are not read back to themselves, in Manchester syntax."""
    ontology = load(file)
    names, out = names_of(ontology), []
    for axiom in map(ontology.axiom, range(len(ontology))):
        if axiom.kind not in SILENT:
            text = manchester(in_order(axiom), term_text)
            out += [text] if read_axiom(text, names).text != axiom.text else []
    return out


@pytest.mark.parametrize("file", ["ontology/world/world.ttl", "tests/data/ontologies/pizza.owl"])
def test_every_axiom_of_an_ontology_is_read_back(project_root: Path, file: str) -> None:
    assert unlike(project_root / file) == []


@pytest.mark.data
@pytest.mark.parametrize("file", ["families-with-import/family.owl", "owl2-primer/primer.owlxml.xml", "koala.owl"])
def test_every_axiom_of_a_shared_ontology_is_read_back(shared_data: Path, file: str) -> None:
    assert unlike(shared_data / "ontologies" / "protege-classics" / file) == []


# ---- how names are found

PART_OF_PUMP = Axiom("SubClassOf", (E + "Pump", ("ObjectSomeValuesFrom", E + "hasPart", E + "Valve")))


@pytest.mark.parametrize("text", [
    "Pump SubClassOf hasPart some Valve", ":Pump SubClassOf: :hasPart some :Valve",
    "<http://e/Pump> SubClassOf <http://e/hasPart> some <http://e/Valve>", "насос SubClassOf 'has part' some Valve",
    "'Pump' subclassof 'has part' some 'safety valve'", "pump SubClassOf HASPART some (Valve)",
    "Pump hasPart Valve", "Pump SubClassOf (hasPart some Valve)",
])  # fmt: skip
def test_a_name_is_a_prefixed_name_an_iri_its_end_or_a_label(names: Names, text: str) -> None:
    assert read_axiom(text, names) == PART_OF_PUMP


@pytest.mark.parametrize(("triple", "text"), [
    (("Pump", "subClassOf", "Valve"), "Pump SubClassOf Valve"),
    (("насос", "has part", "safety valve"), "Pump SubClassOf hasPart some Valve"),
    (("anna", "a", "Pump"), "anna Type Pump"),
    (("anna", "type", "hasPart some Valve"), "anna Type hasPart some Valve"),
    (("anna", "drives", "O'Brien"), "anna drives bert"),
    (("Pump", "drives", "anna"), "Pump SubClassOf drives value anna"),
    (("Pump", "disjointWith", "http://e/Valve"), "Pump DisjointWith Valve"),
    (("Pump", "weight", "5"), 'Pump SubClassOf weight value "5"'),
    (("anna", "weight", '"5"^^xsd:decimal'), 'anna weight "5"'),
    (("Pump", "weight", "xsd:decimal"), "Pump SubClassOf weight some decimal"),
    (("both", "drives", "anna"), "both drives anna"),
    (("both", "drives", "Pump"), "both SubClassOf drives some Pump"),
])  # fmt: skip
def test_three_words_are_an_axiom(names: Names, triple: tuple[str, str, str], text: str) -> None:
    assert manchester(read_triple(*triple, names)) == text


def test_a_relation_that_is_asserted_of_classes_as_such_is_read_so(tmp_path: Path) -> None:
    file = tmp_path / "punned.ttl"
    file.write_text(words.turtle("""
        :Gear a owl:Class , owl:NamedIndividual ; :like :Adapter . :Adapter a owl:Class , owl:NamedIndividual .
        :Tooth a owl:Class . :like a owl:ObjectProperty . :hasPart a owl:ObjectProperty .
    """), encoding="utf-8")  # fmt: skip
    names = names_of(load(file))
    assert manchester(read_axiom("Gear like Adapter", names)) == "Gear like Adapter"
    assert manchester(read_axiom("Gear hasPart Adapter", names)) == "Gear SubClassOf hasPart some Adapter"
    assert manchester(read_axiom("Gear like Tooth", names)) == "Gear SubClassOf like some Tooth"


def test_a_claim_about_a_class_can_be_denied(names: Names) -> None:
    assert manchester(read_axiom("Pump not hasPart Valve", names)) == "Pump SubClassOf not (hasPart some Valve)"
    assert manchester(read_axiom("anna not drives bert", names)) == "anna not drives bert"


def test_a_claim_that_the_ontology_says_has_the_id_of_its_axiom(shop: Ontology, names: Names, tmp_path: Path) -> None:
    file = tmp_path / "said.ttl"
    file.write_text(words.turtle(SHOP + """
        :Pump owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :Valve
            [ a owl:Restriction ; owl:onProperty :hasPart ; owl:onClass :Seal ; owl:minQualifiedCardinality 2 ] ) ] .
    """), encoding="utf-8")  # fmt: skip
    ids = load(file).axiom_ids()
    assert read_axiom("Pump EquivalentTo (hasPart min 2 :Seal) and Valve", names).id in ids


# ---- what is refused

MISTAKES = {
    "Pmup SubClassOf Valve": "no class is called 'Pmup' (nearest: Pump)",
    "Pump hasParts Valve": "no object property or data property is called 'hasParts' (nearest: hasPart, 'has part')",
    "Pump SubClassOf anna": "no class is called 'anna' (it is the name of an individual)",
    "Pump DisjointWith seal": "2 entities are called 'seal' where one class is due (<http://e/Animal>,",
    "Pump SubClassOf nowhere:Valve": "the prefix of 'nowhere:Valve' is not declared",
    "Pump SubClassOf hasPart some": "it breaks off where more is due",
    "Pump SubClassOf hasPart min Valve": "'Valve' stands where a number is due",
    "Pump SubClassOf (hasPart some Valve": "')' is missing",
    "Pump SubClassOf Valve Pump": "'Pump' stands where the axiom is at its end",
    "Pump SubClassOf inverse hasPart": "one of some, only, value, min, max, exactly, Self is due behind a relation",
    "Pump SubClassOf weight value heavy": "'heavy' stands where a value is due",
    "Pump SubClassOf weight some integer[below 5]": "'below' stands where a facet is due",
    "Pump SubClassOf 'safety": "a quotation mark at character 17 is not closed ('safety)",
    "hasPart Characteristics: Sticky": "'Sticky' is no characteristic of a relation",
    "Pump": "it is no axiom (an axiom has a subject, a relation and an object)",
    "": "nothing is said",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_what_cannot_be_read_is_one_line_that_says_why(names: Names, text: str) -> None:
    with pytest.raises(LithographError) as refused:
        read_axiom(text, names)
    assert str(refused.value).startswith(f"claim: {MISTAKES[text]}")
    assert "\n" not in str(refused.value) and refused.value.cure
