"""What a scene may take as said: only claims from which the relation it speaks of follows."""

from __future__ import annotations

from dataclasses import replace

import claims_in_words as words
import numpy as np
import pytest

from lithograph.ontology.graph import ClaimGraph
from lithograph.reason.closure import close, justification
from lithograph.reason.patterns import ClaimIndex
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.declaration import Coupling, Role, Scene
from lithograph.scenes.instances import Instances
from lithograph.scenes.matching import find_instances

RAISING = "SubObjectPropertyOf(:feeds litho:increases) ; SubObjectPropertyOf(litho:increases litho:causes)"
STANDARD = {scene.name: scene for scene in standard_scenes()}


def graph_of(*axioms: str) -> ClaimGraph:
    text = words.functional(" ; ".join([RAISING, *axioms]))
    return close(words.graph_of(text, "ofn")).graph


def instances(graph: ClaimGraph, scene: Scene) -> Instances:
    return find_instances(graph, scene, ClaimIndex.of(graph), np.empty(0, np.int32))


def scene_of(coupling: Coupling) -> Scene:
    return Scene("http://e/S", "causality", "a", (Role("a"), Role("b")), (coupling,))


@pytest.mark.parametrize("scene", ["Raises", "Causes", "Symbolises"])
@pytest.mark.parametrize("restriction", [
    "ObjectAllValuesFrom({} :B)", "ObjectMaxCardinality(0 {} :B)", "ObjectMaxCardinality(3 {} :B)",
    "ObjectMinCardinality(0 {} :B)", "ObjectExactCardinality(0 {} :B)",
])  # fmt: skip
def test_a_limit_on_a_relation_is_never_told_as_the_relation(scene: str, restriction: str) -> None:
    relation = {"Raises": "litho:increases", "Causes": "litho:causes", "Symbolises": "litho:symbolises"}[scene]
    graph = graph_of(f"SubClassOf(:A {restriction.format(relation)})", f"SubClassOf(:B {restriction.format(':feeds')})")
    assert len(instances(graph, STANDARD[scene])) == 0


@pytest.mark.parametrize("restriction", [
    "ObjectSomeValuesFrom(:feeds :B)", "ObjectMinCardinality(2 :feeds :B)", "ObjectExactCardinality(2 :feeds :B)",
])  # fmt: skip
def test_what_raises_by_a_narrower_relation_raises(restriction: str) -> None:
    assert len(instances(graph_of(f"SubClassOf(:A {restriction})"), STANDARD["Raises"])) == 1


@pytest.mark.parametrize(("quantifier", "restriction"), [
    ("only", "ObjectAllValuesFrom(:feeds :B)"), ("max", "ObjectMaxCardinality(3 :feeds :B)"),
    ("exactly", "ObjectExactCardinality(2 :feeds :B)"), ("number", "ObjectMaxCardinality(3 :feeds :B)"),
])  # fmt: skip
def test_a_limit_on_a_narrower_relation_is_none_on_the_wider_one(quantifier: str, restriction: str) -> None:
    graph = graph_of(f"SubClassOf(:A {restriction})")
    wide = Coupling("a", "b", relation="https://w3id.org/lithograph/ns#increases", quantifier=quantifier)
    assert len(instances(graph, scene_of(wide))) == 0
    assert len(instances(graph, scene_of(replace(wide, relation="http://e/feeds")))) == 1


def test_a_denial_of_a_narrower_relation_is_none_of_the_wider_one() -> None:
    graph = graph_of("NegativeObjectPropertyAssertion(:feeds :a :b)")
    denied = Coupling("a", "b", relation="https://w3id.org/lithograph/ns#increases", negated=True)
    assert len(instances(graph, scene_of(denied))) == 0
    assert len(instances(graph, scene_of(replace(denied, relation="http://e/feeds")))) == 1


@pytest.mark.parametrize("axiom", ["SubClassOf(:A ObjectSomeValuesFrom(:feeds :B))",
                                   "ObjectPropertyAssertion(:feeds :a :b)"])  # fmt: skip
def test_an_instance_rests_on_the_axioms_that_make_its_relation_the_one_it_tells(axiom: str) -> None:
    graph = graph_of(axiom)
    found = instances(graph, STANDARD["Raises"])
    (claim,) = found.claims.values.tolist()
    said = {graph.ontology.axiom(row).kind for row in justification(graph, claim)}
    assert said == {axiom.partition("(")[0], "SubObjectPropertyOf"}
    assert words.claims(graph, [claim])[0].endswith("(+1)")
    assert "increases" in words.claims(graph, [claim])[0]


def test_what_a_scene_tells_by_its_own_verb_keeps_the_narrower_relation() -> None:
    graph = graph_of(
        "Declaration(ObjectProperty(:stirs))",
        "SubObjectPropertyOf(:stirs litho:causes)",
        "SubClassOf(:A ObjectSomeValuesFrom(:stirs :B))",
    )
    found = instances(graph, STANDARD["Causes"])
    assert words.claims(graph, found.claims.values.tolist()) == ["every A: stirs some B"]
