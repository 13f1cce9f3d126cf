"""The matcher against plain SPARQL over the same claims, on the world, on pizza and on generated graphs."""

from __future__ import annotations

import random
from pathlib import Path

import claims_in_words as words
import numpy as np
import pytest
import sparql_scenes as sparql
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pressed import Pressed

from lithograph.config import Config
from lithograph.core.errors import LithographError
from lithograph.ontology.graph import ClaimGraph, Quantifier, Truth
from lithograph.pipeline.forme import gather_scenes
from lithograph.pipeline.stone import Stone
from lithograph.reason.closure import Closure, close
from lithograph.reason.evidence import Evidence
from lithograph.reason.judged import ClaimKey, with_claims
from lithograph.reason.patterns import ClaimIndex
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.check import checked
from lithograph.scenes.declaration import Coupling, Role, Scene
from lithograph.scenes.instances import Instances
from lithograph.scenes.matching import FINDERS, find_instances, role_without_filler
from lithograph.select.choose import evidence, instance_ids

NONE = np.empty(0, np.int32)


def fillers(found: Instances) -> list[sparql.Fillers]:
    """Each instance as the fillers of its single roles by name, then for each many-role by name its list."""
    singles = [found.roles[name].tolist() for name in sorted(found.roles)]
    lists = [[tuple(found.lists[name].row(i).tolist()) for i in range(len(found))] for name in sorted(found.lists)]
    return list(zip(*singles, *lists, strict=True))


def differs(stone: Stone, scenes: tuple[Scene, ...]) -> dict[str, tuple[int, int]]:
    """The scenes of which the two ways find other instances."""
    graph, unspoken = stone.graph, stone.unspoken()
    store, index = sparql.store_of(graph, unspoken), ClaimIndex.of(graph)
    out = {}
    for scene in (s for s in scenes if s.computed not in FINDERS and all(c.hops == 1 for c in s.couplings)):
        ours = fillers(find_instances(graph, scene, index, unspoken))
        theirs = sparql.instances_by_sparql(graph, scene, store)
        if sorted(ours) != theirs:
            out[scene.name] = (len(ours), len(theirs))
    return out


def test_every_scene_of_the_world_is_found_as_sparql_finds_it(world_build: Pressed) -> None:
    scenes = gather_scenes(Config(Path()), world_build.stone.ontology)
    assert len(scenes) > 50
    assert differs(world_build.stone, scenes) == {}


def test_every_standard_scene_is_found_in_pizza_as_sparql_finds_it(pizza: Pressed) -> None:
    assert differs(pizza.stone, standard_scenes()) == {}


CLASSES, RELATIONS, THINGS = ("A", "B", "C", "D"), ("p", "q", "r"), ("x", "y")
one_class, relation, one_thing = st.sampled_from(CLASSES), st.sampled_from(RELATIONS), st.sampled_from(THINGS)
AXIOMS = st.one_of(
    st.builds("SubClassOf(:{} :{})".format, one_class, one_class),
    st.builds("SubClassOf(:{} ObjectSomeValuesFrom(:{} :{}))".format, one_class, relation, one_class),
    st.builds("SubClassOf(:{} ObjectAllValuesFrom(:{} :{}))".format, one_class, relation, one_class),
    st.builds("SubClassOf(:{} ObjectMinCardinality({} :{} :{}))".format, one_class, st.integers(0, 2), relation,
              one_class),
    st.builds("SubClassOf(:{} ObjectExactCardinality({} :{} :{}))".format, one_class, st.integers(0, 2), relation,
              one_class),
    st.builds("DisjointClasses(:{} :{})".format, one_class, one_class),
    st.builds("SubObjectPropertyOf(:{} :{})".format, relation, relation),
    st.builds("ClassAssertion(:{} :{})".format, one_class, one_thing),
    st.builds("ObjectPropertyAssertion(:{} :{} :{})".format, relation, one_thing, one_thing),
    st.builds("AnnotationAssertion(owl:deprecated :{} \"true\"^^xsd:boolean)".format, one_class),
)  # fmt: skip
ROLES = ("a", "b", "c")
IRIS = {name: f"http://e/{name}" for name in (*RELATIONS, "subClassOf")}
IRIS["subClassOf"] = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
COUPLINGS = st.builds(
    Coupling, source=st.sampled_from(ROLES), target=st.sampled_from(ROLES),
    relation=st.sampled_from([*IRIS.values(), None]), relation_role=st.sampled_from([None, None, "rel"]),
    quantifier=st.sampled_from(["any", "some", "only", "number", "schema", "individual"]),
    status=st.sampled_from(["any", "any", "asserted", "entailed", "refuted", "unknown", "not_entailed"]),
    number_role=st.sampled_from([None, None, None, "n"]),
)  # fmt: skip


def scene_of(couplings: list[Coupling], many: str | None, below: str | None, kind: str, limit: int) -> Scene:
    used = {name for c in couplings for name in (c.source, c.target, c.relation_role, c.number_role) if name}
    special = {"rel": Role("rel", "property"), "n": Role("n", "literal")}
    roles = tuple(special.get(name) or Role(name, kind, f"http://e/{below}" if below and name == "b" else None,
                                            name == many, limit) for name in sorted(used))  # fmt: skip
    return Scene("http://e/S", "taxonomy", couplings[0].source, roles, tuple(couplings))


SCENES = st.builds(
    scene_of, st.lists(COUPLINGS, min_size=1, max_size=3), st.sampled_from([None, None, "b", "c"]),
    st.sampled_from([None, None, "A"]), st.sampled_from(["any", "class"]), st.integers(1, 3),
)  # fmt: skip


Asked = tuple[str, str, str, Quantifier, Truth]
QUESTIONS = st.tuples(
    one_class, st.sampled_from([*IRIS]), one_class, st.sampled_from([Quantifier.SOME, Quantifier.ONLY]),
    st.sampled_from([Truth.ENTAILED, Truth.REFUTED, Truth.UNKNOWN]),
)  # fmt: skip


def with_questions(closure: Closure, questions: list[Asked]) -> ClaimGraph:
    """The claims with further ones whose status is given, not found: the matcher takes it as it is."""
    ids, judged = closure.graph.ontology.terms, []
    for subject, relation, thing, quantifier, truth in questions:
        terms = [ids.id(iri) for iri in (f"http://e/{subject}", IRIS[relation], f"http://e/{thing}")]
        said = Quantifier.SCHEMA if relation == "subClassOf" else quantifier
        judged.append((ClaimKey(*terms, said), Evidence(truth, "this test")))
    return with_claims(closure, judged).graph


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(AXIOMS, min_size=2, max_size=14), st.lists(SCENES, min_size=6, max_size=12), st.lists(QUESTIONS))
def test_any_scene_in_any_graph_is_found_as_sparql_finds_it(
    axioms: list[str], scenes: list[Scene], questions: list[Asked]
) -> None:
    declared = [f"Declaration(Class(:{c}))" for c in CLASSES] + [
        f"Declaration(ObjectProperty(:{r}))" for r in RELATIONS
    ]
    graph = with_questions(close(words.graph_of(words.functional(" ; ".join(declared + axioms)), "ofn")), questions)
    store, index, whole = sparql.store_of(graph, NONE), ClaimIndex.of(graph), 0
    for scene in scenes:
        try:
            checked(scene, "generated")
        except LithographError:
            continue
        whole += 1
        found = find_instances(graph, scene, index, NONE)
        assert sorted(fillers(found)) == sparql.instances_by_sparql(graph, scene, store), scene
        without = role_without_filler(graph, scene, index)
        if without and not any(role.many for role in scene.roles if role.name == without[0]):
            assert len(found) == 0
    assume(whole)


def by_words(graph: ClaimGraph, scene: Scene) -> list[tuple[str, ...]]:
    """The instances with the ids that the ledger knows them by."""
    found = find_instances(graph, scene, ClaimIndex.of(graph), NONE)
    texts = np.array(graph.ontology.terms.texts, dtype=object)
    ids = instance_ids(found, texts, evidence(graph, found), graph.ontology.axiom_ids())
    return sorted(zip(ids, *(texts[found.roles[name]].tolist() for name in sorted(found.roles)), strict=True))


SMALL = [scene for scene in standard_scenes() if scene.name in ("IsA", "IsNot", "EverySome", "Kinds", "Portrait",
                                                                "EverySomeByReasoning", "InstanceOf")]  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.lists(AXIOMS, min_size=2, max_size=14), st.randoms())
def test_the_order_of_axioms_moves_no_instance_and_no_id(axioms: list[str], rng: random.Random) -> None:
    shuffled = list(axioms)
    rng.shuffle(shuffled)
    one, other = (close(words.graph_of(words.functional(" ; ".join(a)), "ofn")).graph for a in (axioms, shuffled))
    for scene in SMALL:
        assert by_words(one, scene) == by_words(other, scene)


def test_the_instances_come_sorted_by_their_fillers(pizza: Pressed) -> None:
    graph = pizza.stone.graph
    for scene in standard_scenes():
        found = find_instances(graph, scene, ClaimIndex.of(graph), pizza.stone.unspoken())
        singles = list(zip(*(found.roles[name].tolist() for name in sorted(found.roles)), strict=True))
        assert singles == sorted(singles), scene.name


def test_no_class_that_can_have_no_member_fills_a_role(pizza: Pressed) -> None:
    graph = pizza.stone.graph
    texts, names = graph.ontology.terms.texts, ("#CheeseyVegetableTopping", "#IceCream")
    mute = np.array([i for i, text in enumerate(texts) if text.endswith(names)], np.int32)
    assert len(mute) == 2
    index = ClaimIndex.of(graph)
    dropped = 0
    for scene in standard_scenes():
        found = find_instances(graph, scene, index, mute)
        dropped += found.dropped.get("class that can have no member", 0)
        columns = [*found.roles.values(), *(lists.values for lists in found.lists.values())]
        numbers = {c.number_role for c in scene.couplings}
        if not numbers - {None}:
            assert not any(np.isin(column, mute).any() for column in columns), scene.name
    assert dropped > 0


@pytest.mark.parametrize(("role", "kind", "below"), [("b", "individual", None), ("b", "class", "Nobody"),
                                                     ("a", "property", None)])  # fmt: skip
def test_a_role_without_filler_is_named(role: str, kind: str, below: str | None) -> None:
    graph = close(words.graph_of(words.functional("SubClassOf(:A ObjectSomeValuesFrom(:p :B))"), "ofn")).graph
    kinds = {"a": "class", "b": "class"} | {role: kind}
    roles = tuple(Role(n, k, f"http://e/{below}" if below and n == role else None) for n, k in kinds.items())
    scene = Scene("http://e/S", "taxonomy", "a", roles, (Coupling("a", "b", "http://e/p", quantifier="some"),))
    assert len(find_instances(graph, scene, ClaimIndex.of(graph), NONE)) == 0
    named = role_without_filler(graph, scene, ClaimIndex.of(graph))
    assert named is not None and named[0] == role
    assert named[1].endswith("in a claim a – p – b")
