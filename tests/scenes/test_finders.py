"""What no join of single claims finds: paths of signs, loops, mappings, riddles; each against brute force."""

from __future__ import annotations

import random
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pressed import Pressed

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Truth
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.ontology.signs import signs
from lithograph.reason.closure import close
from lithograph.reason.patterns import ClaimIndex
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.instances import Instances
from lithograph.scenes.matching import find_instances

NONE = np.empty(0, np.int32)
HEAD = """@prefix : <http://e.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix litho: <https://w3id.org/lithograph/ns#> .
<http://e.org/o> a owl:Ontology .
:up a owl:ObjectProperty ; rdfs:subPropertyOf litho:increases . :down a owl:ObjectProperty ; litho:polarity
litho:lowers . litho:analogousTo a owl:ObjectProperty .
"""
SIGNED = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from(["up", "down"])), min_size=2, max_size=12
)


def found(graph: ClaimGraph, name: str) -> Instances:
    scene = next(s for s in standard_scenes() if s.name == name)
    return find_instances(graph, scene, ClaimIndex.of(graph), NONE)


def drawn(folder: Path, body: str) -> ClaimGraph:
    (folder / "o.ttl").write_text(HEAD + body, encoding="utf-8")
    return close(project(load(folder / "o.ttl"))).graph


def signed(folder: Path, edges: list[tuple[int, int, str]]) -> ClaimGraph:
    body = "".join(f":n{i} a owl:NamedIndividual .\n" for i in range(6))
    return drawn(folder, body + "".join(f":n{a} :{r} :n{b} .\n" for a, b, r in edges))


def number(graph: ClaimGraph, term: int) -> int:
    return int(graph.ontology.terms.texts[term].rsplit("#n", 1)[-1])


def all_paths(edges: list[tuple[int, int, str]], hops: int) -> dict[tuple[int, int, int], int]:
    """(start, end, sign) -> the length of the shortest simple path of that sign, by enumeration."""
    walk = nx.MultiDiGraph([(a, b, {"sign": 1 if r == "up" else -1}) for a, b, r in set(edges) if a != b])
    out: dict[tuple[int, int, int], int] = {}
    for start in walk:
        for end in set(walk) - {start}:
            for path in nx.all_simple_edge_paths(walk, start, end, cutoff=hops):
                sign = int(np.prod([walk.edges[edge]["sign"] for edge in path]))
                key = start, end, sign
                out[key] = min(out.get(key, 99), len(path))
    return out


@settings(max_examples=60, deadline=None)
@given(SIGNED)
def test_opposite_ways_are_those_that_enumeration_finds(
    tmp_path_factory: pytest.TempPathFactory, edges: list[tuple[int, int, str]]
) -> None:
    graph = signed(tmp_path_factory.mktemp("g"), edges)
    ours, sign = found(graph, "OppositeWays"), signs(graph)
    theirs = all_paths(edges, 3)
    pairs = {(a, b) for a, b, s in theirs if s == 1} & {(a, b) for a, b, s in theirs if s == -1}
    ends = [tuple(number(graph, int(ours.roles[r][i])) for r in ("cause", "effect")) for i in range(len(ours))]
    assert sorted(ends) == sorted(pairs)
    for i, (a, b) in enumerate(ends):
        for name, product in (("gain", 1), ("loss", -1)):
            claims = ours.facts[name].row(i)
            assert np.prod(sign[claims]) == product
            assert len(claims) == theirs[a, b, product]
            assert (
                graph.subject[claims[0]] == ours.roles["cause"][i]
                and graph.object[claims[-1]] == ours.roles["effect"][i]
            )
            assert (graph.object[claims[:-1]] == graph.subject[claims[1:]]).all()


@settings(max_examples=60, deadline=None)
@given(SIGNED)
def test_regulation_is_told_once_from_the_lowest_node_of_a_negative_cycle(
    tmp_path_factory: pytest.TempPathFactory, edges: list[tuple[int, int, str]]
) -> None:
    graph = signed(tmp_path_factory.mktemp("c"), edges)
    ours, sign = found(graph, "Regulation"), signs(graph)
    walk = nx.DiGraph([(a, b) for a, b, _ in edges if a != b])
    kinds: dict[tuple[int, int], set[int]] = {}
    for a, b, r in edges:
        kinds.setdefault((a, b), set()).add(1 if r == "up" else -1)
    negative: dict[int, int] = {}
    for cycle in nx.simple_cycles(walk, length_bound=4):
        steps = [kinds[a, b] for a, b in zip(cycle, cycle[1:] + cycle[:1], strict=True)]
        products = {1}
        for step in steps:
            products = {p * s for p in products for s in step}
        if -1 in products:
            negative[min(cycle)] = min(negative.get(min(cycle), 9), len(cycle))
    assert {number(graph, t): len(ours.facts["loop"].row(i)) for i, t in enumerate(ours.roles["start"])} == negative
    for i in range(len(ours)):
        assert np.prod(sign[ours.facts["loop"].row(i)]) == -1


def test_every_paradox_that_the_world_declares_is_found_by_its_signs_alone(world_build: Pressed) -> None:
    graph = world_build.stone.graph
    ids = graph.ontology.terms

    def ends(relation: str) -> dict[int, int]:
        rows = (graph.relation == ids.id(v.LITHO + relation)) & (graph.truth == Truth.ASSERTED)
        return dict(zip(graph.subject[rows].tolist(), graph.object[rows].tolist(), strict=True))

    causes, effects = ends("paradoxCause"), ends("paradoxEffect")
    declared = {(causes[p], effects[p]) for p in causes}
    of_the_bicycle = {pair for pair in declared if "bicycle#" in ids.texts[pair[0]]}
    assert len(of_the_bicycle) == 8 and len(declared) == 13
    ours = found(graph, "OppositeWays")
    measured = set(zip(ours.roles["cause"].tolist(), ours.roles["effect"].tolist(), strict=True))
    assert declared <= measured
    told = found(graph, "OppositeWaysResolved")
    assert {(int(a), int(b)) for a, b in zip(told.roles["cause"], told.roles["effect"], strict=True)} == declared


def test_published_relations_are_signed_in_an_ontology_that_knows_nothing_of_ours(shared_data: Path) -> None:
    graph = close(project(load(shared_data / "ontologies" / "go-nucleus" / "go-nucleus.owl")), depth=1).graph
    sign, ids = signs(graph), graph.ontology.terms
    for relation, value in (("0002213", 1), ("0002212", -1)):
        mine = graph.relation == ids.id(f"http://purl.obolibrary.org/obo/RO_{relation}")
        assert mine.any() and (sign[mine] == value).all()


test_published_relations_are_signed_in_an_ontology_that_knows_nothing_of_ours = pytest.mark.data(
    test_published_relations_are_signed_in_an_ontology_that_knows_nothing_of_ours
)

WORLDS = """
:drives a owl:ObjectProperty . :fits a owl:ObjectProperty . :wears a owl:ObjectProperty .
:chain a owl:NamedIndividual ; :drives :wheel ; :fits :sprocket ; :wears :pin .
:loop a owl:NamedIndividual ; :drives :weights ; :fits :data . :chain litho:analogousTo :loop .
"""


def test_a_mapping_keeps_relations_one_to_one_and_names_where_it_breaks(tmp_path: Path) -> None:
    graph = drawn(tmp_path, WORLDS)
    ours = found(graph, "Mapping")
    texts = graph.ontology.terms.texts

    def said(name: str) -> list[str]:
        return [" ".join(texts[int(c[row])].split("#")[-1] for c in (graph.subject, graph.relation, graph.object))
                for row in ours.facts[name].row(0)]  # fmt: skip

    assert len(ours) == 1
    assert said("kept") == ["chain drives wheel", "chain fits sprocket"]
    assert said("counterparts") == ["loop drives weights", "loop fits data"]
    assert said("breaks") == ["chain wears pin"]


def test_where_something_of_the_kind_is_stated_the_analogy_does_not_break_there(tmp_path: Path) -> None:
    body = WORLDS + ":rubs a owl:ObjectProperty ; rdfs:subPropertyOf :wears . :loop :rubs :edge .\n"
    assert len(found(drawn(tmp_path, body), "Mapping").facts["breaks"].values) == 0


def test_classes_that_nobody_calls_analogous_are_mapped_by_their_place_in_the_graph(tmp_path: Path) -> None:
    body = ":r a owl:ObjectProperty . :s a owl:ObjectProperty . :t a owl:ObjectProperty .\n"
    for world in ("a", "b"):
        body += f":{world}root a owl:Class . :{world}0 a owl:Class ; rdfs:subClassOf :{world}root .\n"
        for i, relation in enumerate("rst"):
            body += f""":{world}part{i} a owl:Class . :{world}0 rdfs:subClassOf [ a owl:Restriction ;
                owl:onProperty :{relation} ; owl:someValuesFrom :{world}part{i} ] .\n"""
    graph = drawn(tmp_path, body)
    ours = found(graph, "Mapping")
    texts = graph.ontology.terms.texts
    assert [texts[int(ours.roles[r][0])].split("#")[-1] for r in ("left", "right")] == ["a0", "b0"]
    assert len(ours.facts["kept"].row(0)) == 3


@pytest.mark.parametrize("name", ["world", "pizza"])
def test_a_riddle_has_one_most_general_answer_by_brute_force(name: str, request: pytest.FixtureRequest) -> None:
    graph = request.getfixturevalue("world_build" if name == "world" else "pizza").stone.graph
    ours = found(graph, "Riddle")
    assert len(ours) > 20
    holds = np.flatnonzero(graph.holds & ~graph.negated)
    makes: dict[tuple[int, int, int], set[int]] = {}
    for row in holds.tolist():
        key = int(graph.relation[row]), int(graph.object[row]), int(graph.quantifier[row])
        makes.setdefault(key, set()).add(int(graph.subject[row]))
    under = (graph.ontology.terms.id(v.SUBCLASS_OF), graph.ontology.terms.id(v.TYPE))
    above = {(int(graph.subject[r]), int(graph.object[r])) for r in holds.tolist() if graph.relation[r] in under}
    for i in random.Random(1).sample(range(len(ours)), min(60, len(ours))):
        term, clues = int(ours.roles["term"][i]), ours.facts["clues"].row(i).tolist()
        keys = [(int(graph.relation[c]), int(graph.object[c]), int(graph.quantifier[c])) for c in clues]
        fitting = set.intersection(*(makes[key] for key in keys))
        assert term in fitting
        assert all((other, term) in above and (term, other) not in above for other in fitting - {term})
