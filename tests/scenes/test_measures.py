"""Measures against networkx, brute force and the published formulas, on small graphs, on GO and on EDAM."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.closure import close
from lithograph.reason.patterns import ClaimIndex
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.instances import Instances, Lists
from lithograph.scenes.matching import find_instances
from lithograph.scenes.measures.delta import analogues, delta_codes
from lithograph.scenes.measures.density import bound_nodes, density, deviation, spread
from lithograph.scenes.measures.depth import memory_depth
from lithograph.scenes.measures.information import MICRO, descendants, information_content, nodes_of
from lithograph.scenes.measures.resonance import coupling_weights, relation_counts, resonance
from lithograph.scenes.measures.tension import frustration, tension

HEAD = """@prefix : <http://e.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix litho: <https://w3id.org/lithograph/ns#> .
<http://e.org/o> a owl:Ontology .
"""
NONE = np.empty(0, np.int32)


def graph_of(tmp_path: Path, body: str) -> ClaimGraph:
    file = tmp_path / "o.ttl"
    file.write_text(HEAD + body, encoding="utf-8")
    return close(project(load(file))).graph


def term(graph: ClaimGraph, name: str) -> int:
    return graph.ontology.terms.id(f"http://e.org/o#{name}")


def tree(edges: str) -> str:
    """Subclass axioms from `dog<canine cat<feline`."""
    pairs = [edge.split("<") for edge in edges.split()]
    classes = sorted({name for pair in pairs for name in pair})
    return "".join(f":{c} a owl:Class .\n" for c in classes) + "".join(
        f":{a} rdfs:subClassOf :{b} .\n" for a, b in pairs)  # fmt: skip


def scene(graph: ClaimGraph, name: str) -> Instances:
    found = next(s for s in standard_scenes() if s.name == name)
    return find_instances(graph, found, ClaimIndex.of(graph), NONE)


# ---- information content --------------------------------------------------------------------------------------------


def test_information_content_is_that_of_the_published_formula_on_a_small_taxonomy(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, tree("dog<canine wolf<canine cat<feline canine<animal feline<animal"))
    below, nodes = descendants(graph), int(nodes_of(graph).sum())
    assert nodes == 6
    content = information_content(below, nodes)
    for name, count in {"animal": 5, "canine": 2, "feline": 1, "dog": 0, "cat": 0}.items():
        assert below[term(graph, name)] == count
        published = 1 - math.log(count + 1) / math.log(6)  # Seco, Veale & Hayes 2004
        assert content[term(graph, name)] == round(published * MICRO)


@pytest.mark.data
@pytest.mark.parametrize("file", ["edam/EDAM_1.25.owl", "go-nucleus/go-nucleus.owl"])
def test_descendants_are_those_of_networkx_on_a_real_taxonomy(shared_data: Path, file: str) -> None:
    path = shared_data / "ontologies" / file
    if not path.exists():
        path = next((shared_data / "ontologies" / file.split("/")[0]).glob("*.owl"))
    graph = close(project(load(path)), depth=16).graph
    ids = graph.ontology.terms
    holds = (graph.relation == ids.id(v.SUBCLASS_OF)) & graph.holds & (graph.depth < 2)  # what is said, and a step on
    walk = nx.DiGraph(list(zip(graph.object[holds].tolist(), graph.subject[holds].tolist(), strict=True)))
    below = descendants(graph)
    members = Counter(graph.object[(graph.relation == ids.id(v.TYPE)) & graph.holds].tolist())
    for node in random.Random(0).sample(sorted(walk), min(200, len(walk))):
        assert below[node] == len(nx.descendants(walk, node) - {node}) + members[node], ids.texts[node]


# ---- resonance ------------------------------------------------------------------------------------------------------


def test_resonance_is_the_geometric_mean_of_the_coupling_weights(tmp_path: Path) -> None:
    body = (
        tree("dog<animal cat<animal lair<place")
        + """
        :lives a owl:ObjectProperty . :dog rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :lives ;
        owl:someValuesFrom :lair ] ."""
    )
    graph = graph_of(tmp_path, body)
    counts, below = relation_counts(graph), descendants(graph)
    nodes, edges = int(nodes_of(graph).sum()), int(counts.sum())
    content = information_content(below, nodes)
    weights = coupling_weights(graph, content, counts, edges)
    ic = {n: 1 - math.log(below[term(graph, n)] + 1) / math.log(nodes) for n in ("dog", "animal", "lair")}

    def weight(a: str, b: str, relation: int) -> float:
        return (ic[a] + ic[b]) / 2 * (1 - math.log(counts[relation] + 1) / math.log(edges + 2))

    sub, lives = graph.ontology.terms.id(v.SUBCLASS_OF), term(graph, "lives")
    found = scene(graph, "Portrait")
    row = found.roles["focus"].tolist().index(term(graph, "dog"))
    exact = math.sqrt(weight("dog", "animal", sub) * weight("dog", "lair", lives))
    assert abs(resonance(found, weights)[row] / MICRO - exact) < 3e-6


def test_a_weight_that_a_coupling_declares_lowers_resonance_by_its_root(tmp_path: Path) -> None:
    from dataclasses import replace

    graph = graph_of(tmp_path, tree("dog<animal cat<animal"))
    weights = np.full(len(graph), MICRO // 2, np.int32)
    found = scene(graph, "IsA")
    weak = replace(found, scene=replace(found.scene, couplings=(replace(found.scene.couplings[0], weight=0.25),)))
    assert resonance(found, weights).tolist() == [MICRO // 2] * 2
    assert resonance(weak, weights).tolist() == [MICRO // 8] * 2


# ---- density --------------------------------------------------------------------------------------------------------

EDGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 2)), min_size=1, max_size=18)


def related(edges: list[tuple[int, int, int]], signs: bool = False) -> str:
    """Individuals n0 … n6 and relations between them; with signs r0 raises and r1 lowers."""
    body = "".join(f":n{i} a owl:NamedIndividual .\n" for i in range(7))
    for i, above in enumerate(("litho:increases", "litho:decreases", "")):
        body += f":r{i} a owl:ObjectProperty {f'; rdfs:subPropertyOf {above}' if signs and above else ''} .\n"
    return body + "".join(f":n{a} :r{r} :n{b} .\n" for a, b, r in edges)


@settings(max_examples=40, deadline=None)
@given(EDGES, st.lists(st.sets(st.integers(0, 6), min_size=1, max_size=7), min_size=1, max_size=5))
def test_density_is_that_of_the_networkx_subgraph(
    tmp_path_factory: pytest.TempPathFactory, edges: list[tuple[int, int, int]], groups: list[set[int]]
) -> None:
    graph = graph_of(tmp_path_factory.mktemp("d"), related(edges))
    drawn = nx.DiGraph([(a, b) for a, b, _ in edges if a != b])
    drawn.add_nodes_from(range(7))
    ids = [[term(graph, f"n{i}") for i in sorted(group)] for group in groups]
    nodes = Lists(
        np.append(0, np.cumsum([len(g) for g in ids])), np.array([n for g in ids for n in sorted(g)], np.int32)
    )
    for value, group in zip(density(graph, nodes).tolist(), groups, strict=True):
        if len(group) == 1:
            assert math.isnan(value)
        else:
            assert value == pytest.approx(nx.density(drawn.subgraph(group)))


def test_the_deviation_is_robust_and_undefined_where_nothing_spreads() -> None:
    values = np.array([0.1, 0.2, 0.3, 0.4, 5.0, np.nan])
    median, mad = spread(values)
    assert (median, mad) == (0.3, pytest.approx(0.1))
    z = deviation(values, median, mad)
    assert z[4] == pytest.approx(4.7 / (1.4826 * 0.1))
    assert np.isnan(z[5])
    assert np.isnan(deviation(np.array([1.0, 1.0, 9.0]), *spread(np.array([1.0, 1.0, 9.0])))).all()


# ---- tension --------------------------------------------------------------------------------------------------------


def least_flips(edges: list[tuple[int, int, int]]) -> int:
    """The frustration index by trying every two-colouring of every node."""
    nodes = sorted({n for a, b, _ in edges for n in (a, b)})
    return min(
        sum((side[a] != side[b]) == (sign > 0) for a, b, sign in edges)
        for colours in itertools.product((0, 1), repeat=len(nodes))
        for side in [dict(zip(nodes, colours, strict=True))]
    )


SIGNED = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([-1, 1])).filter(lambda e: e[0] < e[1]), max_size=16
)


@given(SIGNED)
def test_frustration_is_the_least_over_all_two_colourings(edges: list[tuple[int, int, int]]) -> None:
    table = np.array(edges, np.int64).reshape(-1, 3)
    index, exact = frustration(table, np.ones(len(edges), np.int64))
    assert exact
    assert index == (least_flips(edges) if edges else 0)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_beyond_twelve_nodes_frustration_is_a_bound_that_says_so(seed: int) -> None:
    rng = random.Random(seed)
    edges = [(a, b, rng.choice([-1, 1])) for a, b in itertools.combinations(range(14), 2) if rng.random() < 0.3]
    edges += [(i, i + 1, 1) for i in range(13)]
    index, exact = frustration(np.array(edges, np.int64), np.ones(len(edges), np.int64))
    assert not exact
    assert least_flips(edges) <= index <= len(edges) // 2


@settings(max_examples=25, deadline=None)
@given(EDGES)
def test_tension_counts_signed_claims_alone(
    tmp_path_factory: pytest.TempPathFactory, edges: list[tuple[int, int, int]]
) -> None:
    graph = graph_of(tmp_path_factory.mktemp("t"), related(edges, signs=True))
    nodes = Lists(np.array([0, 7]), np.array(sorted(term(graph, f"n{i}") for i in range(7)), np.int32))
    signed = sorted({(a, b, 1 if r == 0 else -1) for a, b, r in edges if r < 2 and a != b})
    found = tension(graph, nodes)
    assert found.exact.all()
    assert found.value[0] == pytest.approx(least_flips(signed) / len(signed) if signed else 0.0)


# ---- depth ----------------------------------------------------------------------------------------------------------


def test_memory_depth_is_the_greatest_depth_of_the_claims(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, tree("a<b b<c c<d d<e"))
    found = scene(graph, "IsAByReasoning")
    depths = dict(zip(zip(*(found.roles[n].tolist() for n in ("sub", "super")), strict=True),
                      memory_depth(graph, found).tolist(), strict=True))  # fmt: skip
    assert depths[term(graph, "a"), term(graph, "c")] == 1
    assert depths[term(graph, "a"), term(graph, "e")] == max(depths.values()) >= 2
    assert memory_depth(graph, scene(graph, "IsA")).tolist() == [0] * 4


# ---- delta-codes ----------------------------------------------------------------------------------------------------

TWO_WORLDS = tree("wheel<part pedal<part layer<module token<module")
JOINED = "".join(
    f":{a} rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :{r} ; owl:someValuesFrom :{b} ] .\n"
    for a, r, b in [("wheel", "drives", "pedal"), ("layer", "drives", "token"), ("part", "fits", "pedal"),
                    ("module", "fits", "token")]
)  # fmt: skip
PROPERTIES = ":drives a owl:ObjectProperty . :fits a owl:ObjectProperty .\n"


def test_two_regions_of_one_shape_have_one_code_whatever_their_names(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, PROPERTIES + TWO_WORLDS + JOINED)
    codes = delta_codes(graph)
    for one, other in (("wheel", "layer"), ("pedal", "token"), ("part", "module")):
        assert codes.code(term(graph, one)) == codes.code(term(graph, other))
        assert codes.jaccard(term(graph, one), term(graph, other)) == 1.0
    assert codes.jaccard(term(graph, "wheel"), term(graph, "pedal")) < 1.0


@settings(max_examples=25, deadline=None)
@given(EDGES)
def test_jaccard_is_that_of_exact_multisets_and_the_sketch_comes_near(
    tmp_path_factory: pytest.TempPathFactory, edges: list[tuple[int, int, int]]
) -> None:
    graph = graph_of(tmp_path_factory.mktemp("j"), related(edges))
    codes = delta_codes(graph)
    nodes = np.array([term(graph, f"n{i}") for i in range(7)], np.int32)
    sketch = codes.sketch(nodes)
    for i, j in itertools.combinations(range(7), 2):
        left, right = (set(codes.of(int(nodes[k])).tolist()) for k in (i, j))
        exact = len(left & right) / len(left | right) if left & right else 0.0
        assert codes.jaccard(int(nodes[i]), int(nodes[j])) == pytest.approx(exact)
        assert abs((sketch[i] == sketch[j]).mean() - exact) < 0.3 or not left | right


@settings(max_examples=25, deadline=None)
@given(EDGES)
def test_the_analogue_is_the_most_alike_of_all_by_brute_force(
    tmp_path_factory: pytest.TempPathFactory, edges: list[tuple[int, int, int]]
) -> None:
    graph = graph_of(tmp_path_factory.mktemp("a"), related(edges))
    codes, content = delta_codes(graph), np.full(len(graph.kinds), MICRO, np.int32)
    nodes = np.array(sorted(term(graph, f"n{i}") for i in range(7)), np.int32)
    for node, found in zip(nodes.tolist(), analogues(codes, nodes, nodes, content=content), strict=True):
        best = [(-int(codes.jaccard(node, other) * MICRO + 1e-9), other) for other in nodes.tolist() if other != node]
        best = [pair for pair in best if pair[0] < 0]
        assert (found is None) == (not best)
        if found:
            assert (-found.similarity, found.node) == min(best)


def test_of_equal_analogues_the_one_with_the_nearest_common_ancestor_wins(tmp_path: Path) -> None:
    graph = graph_of(tmp_path, tree("bird<animal dog<animal tree<plant animal<being plant<being"))
    codes = delta_codes(graph)
    content = information_content(descendants(graph), int(nodes_of(graph).sum()))
    nodes = np.array([term(graph, "dog")], np.int32)
    pool = np.array(sorted(term(graph, n) for n in ("tree", "bird")), np.int32)
    assert codes.jaccard(nodes[0], pool[0]) > 0
    (found,) = analogues(codes, nodes, pool, content=content)
    assert found is not None
    assert found.node == term(graph, "bird")


def test_the_order_of_triples_moves_no_measure(tmp_path: Path) -> None:
    lines = (PROPERTIES + TWO_WORLDS + JOINED).splitlines()
    (tmp_path / "b").mkdir()
    one = graph_of(tmp_path, "\n".join(lines))
    other = graph_of(tmp_path / "b", "\n".join(reversed(lines)))
    for name in ("wheel", "pedal", "part"):
        assert delta_codes(one).code(term(one, name)) == delta_codes(other).code(term(other, name))
    assert descendants(one).tolist() == descendants(other).tolist()
    for graph in (one, other):
        found = scene(graph, "Portrait")
        assert (np.diff(bound_nodes(graph, found).offsets) > 1).all()
