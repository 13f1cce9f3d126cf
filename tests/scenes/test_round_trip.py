"""A scene in YAML, in OWL and back is the same scene: generated ones, the standard library, the world's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lithograph.core.errors import LithographError
from lithograph.core.vocabulary import LITHO
from lithograph.ontology.load import load
from lithograph.scenes.as_owl import scenes_from_ontology, scenes_to_turtle
from lithograph.scenes.as_yaml import scenes_from_yaml, scenes_to_yaml, standard_scenes
from lithograph.scenes.check import checked
from lithograph.scenes.declaration import AXES, FILLERS, FORMS, LEVELS, STATUSES, Coupling, Role, Scene, in_order
from lithograph.scenes.matching import QUANTIFIERS_OF_NAME

NAMES = st.text("abcdefgh", min_size=1, max_size=6)
IRIS = st.builds("http://example.org/{}#{}".format, NAMES, NAMES) | st.builds((LITHO + "{}").format, NAMES)
WEIGHTS = st.integers(1, 1_000_000).map(lambda n: n / 1_000_000)
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
BY_LANGUAGE = st.dictionaries(st.sampled_from(["en", "ru", "de-at"]), WORDS, max_size=3)
COUPLINGS = st.builds(
    Coupling, source=st.just("a"), target=st.sampled_from("bc"), relation=st.none() | IRIS,
    quantifier=st.sampled_from(sorted(QUANTIFIERS_OF_NAME)), negated=st.booleans(),
    sign=st.sampled_from([None, -1, 0, 1]), hops=st.just(1),
    weight=WEIGHTS, status=st.sampled_from(STATUSES), name=st.none() | NAMES,
)  # fmt: skip


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    couplings = [replace(draw(COUPLINGS), target="b"), replace(draw(COUPLINGS), target="c")]
    if draw(st.booleans()):
        couplings[0] = replace(couplings[0], relation_role="rel", number_role=draw(st.sampled_from([None, "n"])))
    used = {"a", "b", "c"} | {n for c in couplings for n in (c.relation_role, c.number_role) if n}
    order = draw(st.permutations(sorted(used)))
    many = draw(st.booleans())
    roles = tuple(Role(name, draw(st.sampled_from(FILLERS)), draw(st.none() | IRIS), many and name == "c",
                       draw(st.integers(1, 9))) for name in order)  # fmt: skip
    return Scene(
        iri=draw(IRIS), axis=draw(st.sampled_from(AXES)), focus="a", roles=roles, couplings=tuple(couplings),
        forms=in_order(draw(st.sets(st.sampled_from(FORMS), min_size=1))), level=draw(st.sampled_from(LEVELS)),
        registers=tuple(sorted(draw(st.sets(NAMES, max_size=3)))), weight=draw(WEIGHTS), label=draw(BY_LANGUAGE),
        comment=draw(BY_LANGUAGE), enabled=draw(st.booleans()), computed=draw(st.none() | NAMES),
    )  # fmt: skip


def distinct(found: list[Scene]) -> list[Scene]:
    """One of each IRI and name, in order of IRI."""
    by_iri = {scene.iri: scene for scene in found}
    by_name = {scene.name: scene for scene in by_iri.values()}
    return sorted(by_name.values(), key=lambda scene: scene.iri)


def by_owl(found: list[Scene], folder: Path) -> list[Scene]:
    file = folder / "scenes.ttl"
    file.write_text(scenes_to_turtle(found), encoding="utf-8")
    return list(scenes_from_ontology(load(file, imports=False)))


@settings(max_examples=40, deadline=None)
@given(st.lists(scenes(), min_size=1, max_size=3))
def test_any_scene_survives_yaml_and_owl(tmp_path_factory: pytest.TempPathFactory, found: list[Scene]) -> None:
    found = distinct(found)
    assert all(checked(scene, "generated") is scene for scene in found)
    assert list(scenes_from_yaml(scenes_to_yaml(found), "generated")) == found
    assert by_owl(found, tmp_path_factory.mktemp("owl")) == found


def test_the_standard_library_survives_yaml_and_owl(tmp_path: Path) -> None:
    found = distinct(list(standard_scenes()))
    assert len(found) == len(standard_scenes())
    assert list(scenes_from_yaml(scenes_to_yaml(found), "standard")) == found
    assert by_owl(found, tmp_path) == found


def test_the_scenes_of_the_world_survive_yaml_and_owl(project_root: Path, tmp_path: Path) -> None:
    found = list(scenes_from_ontology(load(project_root / "ontology" / "world" / "scenes.ttl", imports=False)))
    assert len(found) == 15
    assert list(scenes_from_yaml(scenes_to_yaml(found), "world")) == found
    assert by_owl(found, tmp_path) == found


def test_language_tags_are_compared_in_small_letters() -> None:
    text = (
        "S: {axis: taxonomy, focus: a, label: {de-AT: x}, roles: {a: class, b: class}, couplings: [{from: a, to: b}]}"
    )
    assert scenes_from_yaml(text, "s.yaml")[0].label == {"de-at": "x"}


def test_the_same_scene_gives_the_same_text() -> None:
    again = scenes_from_yaml(scenes_to_yaml(standard_scenes()), "standard")
    assert scenes_to_yaml(again) == scenes_to_yaml(standard_scenes())
    assert scenes_to_turtle(again) == scenes_to_turtle(standard_scenes())


A_B = Coupling("a", "b", "http://e/p")
PAIR = (Role("a"), Role("b"))


def scene(*couplings: Coupling, roles: tuple[Role, ...] = PAIR, focus: str = "a") -> Scene:
    return Scene("http://e/S", "taxonomy", focus, roles, couplings)


BAD_JOINS = {
    "nothing joins it to the focus 'a'": scene(
        A_B, Coupling("c", "d", "http://e/p"), roles=(*PAIR, Role("c"), Role("d"))),
    "'a' collects many fillers": scene(A_B, roles=(Role("a", many=True), Role("b"))),
    "both of its roles collect many fillers": scene(
        Coupling("b", "c", "http://e/p"), A_B, roles=(Role("a"), Role("b", many=True), Role("c", many=True))),
    "no role can hold its relation or number": scene(
        Coupling("a", "b", relation_role="r"), roles=(Role("a"), Role("b", many=True), Role("r"))),
    "role 'b' collects from another coupling already": scene(A_B, A_B, roles=(Role("a"), Role("b", many=True))),
    "role 'b' is a number elsewhere": scene(A_B, Coupling("a", "c", "http://e/q", number_role="b"),
                                            roles=(*PAIR, Role("c"))),
}  # fmt: skip


@pytest.mark.parametrize("problem", BAD_JOINS)
def test_couplings_that_cannot_be_matched_are_refused(problem: str) -> None:
    with pytest.raises(LithographError) as refused:
        checked(BAD_JOINS[problem], "s.yaml, scene S")
    assert problem in str(refused.value) and refused.value.cure
