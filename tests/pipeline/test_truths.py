"""The first invariant: no example says what is false as true, "no" to what is unknown, or what is no words."""

from __future__ import annotations

import re

import pyarrow.compute as pc
import pytest
from pressed import Pressed

from lithograph.ledger.columns import read_all
from lithograph.ontology.terms import is_literal, literal_parts

TRUTHS = {"asserted", "entailed", "refuted", "unknown", "computed"}
NEGATIVE = {"DisjointClasses", "DisjointUnion", "DisjointObjectProperties", "DisjointDataProperties",
            "DifferentIndividuals", "NegativeObjectPropertyAssertion", "NegativeDataPropertyAssertion"}  # fmt: skip
DENIALS = {
    "en": re.compile(r"(THOUGHT: .*\n(.*\n)*RESPONSE: )?No\b"),
    "ru": re.compile(r"(МЫСЛЬ: .*\n(.*\n)*ОТВЕТ: )?Нет\b"),
}
RAW = re.compile(r"\S*(?:://|\burn:|#\w)\S*|\S*[^\W_]_[^\W_]\S*|[^\W\d_]*[a-zа-яё][A-ZА-ЯЁ][^\W_]*")
"""An IRI, snake_case, camelCase; the gap of a cloze (___) is none of them."""


@pytest.fixture(scope="module", params=["pizza", "world"])
def press_of(request: pytest.FixtureRequest) -> Pressed:
    """Each of the two builds."""
    build: Pressed = request.getfixturevalue({"pizza": "pizza", "world": "world_build"}[request.param])
    return build


def test_the_truth_of_an_example_is_one_that_is_proved(press_of: Pressed) -> None:
    counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(press_of.table["truth"]).to_pylist()}
    assert set(counts) <= TRUTHS
    assert {"asserted", "entailed", "refuted"} <= set(counts)


def test_every_example_names_axioms_that_the_ledger_knows(press_of: Pressed) -> None:
    known = set(read_all(press_of.ledger.path, "axioms")["axiom"].to_pylist())
    columns = (press_of.table[name].to_pylist() for name in ("axioms", "truth"))
    behind = [axioms for axioms, truth in zip(*columns, strict=True) if truth != "unknown"]
    assert all(behind)
    assert {axiom for axioms in behind for axiom in axioms} <= known
    assert known == set(press_of.stone.ontology.axiom_ids())


def test_a_no_without_a_proof_rests_on_an_axiom_that_says_no(press_of: Pressed) -> None:
    axioms = read_all(press_of.ledger.path, "axioms")
    kinds = dict(zip(axioms["axiom"].to_pylist(), axioms["kind"].to_pylist(), strict=True))
    bare = pc.and_(pc.equal(press_of.table["truth"], "refuted"), pc.is_null(press_of.table["proof"]))
    refuted = press_of.table.filter(bare)
    assert len(refuted)
    for behind in refuted["axioms"].to_pylist():
        assert NEGATIVE & {kinds[axiom] for axiom in behind}, behind


def test_no_is_said_exactly_where_the_claim_is_refuted(press_of: Pressed) -> None:
    asked = press_of.table.filter(pc.equal(press_of.table["form"], "yes_no"))
    columns = (asked[name].to_pylist() for name in ("truth", "language", "completion"))
    assert len(asked)
    for truth, language, answer in zip(*columns, strict=True):
        assert (truth == "refuted") == bool(DENIALS[language].match(answer)), (truth, answer)


def test_what_follows_is_deeper_than_what_is_said(press_of: Pressed) -> None:
    depths: dict[str, set[int]] = {}
    for truth, depth in zip(*(press_of.table[name].to_pylist() for name in ("truth", "depth")), strict=True):
        depths.setdefault(truth, set()).add(depth)
    assert depths["asserted"] == {0}
    assert min(depths["entailed"]) >= 1 and max(depths["entailed"]) >= 5
    assert depths.get("unknown", {0}) == {0}


def test_no_message_is_empty_or_holds_an_identifier(press_of: Pressed) -> None:
    texts = press_of.stone.ontology.terms.texts
    judges = set(read_all(press_of.ledger.path, "instances", ["by"])["by"].to_pylist())
    written = " ".join([*(literal_parts(text)[0] for text in texts if is_literal(text)), *sorted(judges)])
    found: set[str] = set()
    for column in ("prompt", "completion"):
        for text in press_of.table[column].unique().to_pylist():
            assert column == "prompt" or text.strip()
            found.update(RAW.findall(text))
    assert {word for word in found if word not in written} == set()


def test_the_messages_are_the_prompt_and_the_completion(press_of: Pressed) -> None:
    rows = press_of.table.slice(0, 3000).select(["messages", "prompt", "completion"]).to_pylist()
    for row in rows:
        contents = [turn["content"] for turn in row["messages"]]
        assert all(content.strip() for content in contents)
        assert contents[-1] == row["completion"] and "\n".join(contents[:-1]) == row["prompt"]


def test_ids_are_unique_and_no_text_is_printed_twice(press_of: Pressed) -> None:
    for column in ("id", "content_hash"):
        assert len(press_of.table[column].unique()) == len(press_of.table), column


def test_no_class_that_can_have_no_member_is_spoken_of(pizza: Pressed) -> None:
    mute = set(pizza.build.report["claims"]["unsatisfiable"])  # type: ignore[index]
    assert {iri.rsplit("#", 1)[1] for iri in mute} == {"CheeseyVegetableTopping", "IceCream"}
    assert not mute & {node for nodes in pizza.table["nodes"].to_pylist() for node in nodes}


def test_every_node_is_an_iri_of_the_ontology(press_of: Pressed) -> None:
    ids = press_of.stone.ontology.terms.ids
    nodes = pc.list_flatten(press_of.table["nodes"]).unique().to_pylist()
    assert [node for node in nodes if node not in ids] == []
    assert set(press_of.table["focus"].unique().to_pylist()) <= set(nodes)
