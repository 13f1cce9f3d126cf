"""What the world and the vocabulary hold, counted from their files as they are written: nothing is inferred."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
WORLD = ONTOLOGY / "world"
LITHO = "https://w3id.org/lithograph/ns#"
SPACES = {name: f"https://w3id.org/lithograph/world/{name}#" for name in ("bicycle", "machine", "bridge")}
OWL, RDFS = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/2000/01/rdf-schema#"
SKOS, DCT = "http://www.w3.org/2004/02/skos/core#", "http://purl.org/dc/terms/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CASES = {"gen", "dat", "acc", "ins", "loc"}

Term = NamedNode | BlankNode | Literal
Link = tuple[str, str, int]


class Facts:
    """The triples of some files, asked one pattern at a time."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.store = Store()
        for file in files:
            self.store.load(path=str(file), format=RdfFormat.TURTLE, to_graph=DefaultGraph())

    def quads(self, s: Term | None = None, p: str | None = None, o: Term | None = None) -> Iterator[Quad]:
        predicate = NamedNode(p) if p else None
        return self.store.quads_for_pattern(s, predicate, o, None)

    def objects(self, s: Term | str, p: str) -> list[Term]:
        subject = NamedNode(s) if isinstance(s, str) else s
        return [quad.object for quad in self.quads(subject, p)]

    def one(self, s: Term | str, p: str) -> str:
        (value,) = self.objects(s, p)
        return value.value

    def typed(self, kind: str) -> set[str]:
        found = (quad.subject for quad in self.quads(None, RDF + "type", NamedNode(kind)))
        return {subject.value for subject in found if isinstance(subject, NamedNode)}

    def languages(self, s: str, p: str) -> set[str]:
        return {term.language for term in self.objects(s, p) if isinstance(term, Literal) and term.language}

    def above(self, s: str, p: str) -> set[str]:
        """A term and all that stand over it along one relation."""
        found, left = {s}, [s]
        while left:
            new = {term.value for term in self.objects(left.pop(), p) if isinstance(term, NamedNode)} - found
            found |= new
            left += new
        return found

    def members(self, head: Term) -> Iterator[Term]:
        while head != NamedNode(RDF + "nil"):
            yield self.objects(head, RDF + "first")[0]
            head = self.objects(head, RDF + "rest")[0]


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The vocabulary and the world together."""
    return Facts([ONTOLOGY / "lithograph.ttl", *sorted(WORLD.glob("*.ttl"))])


def _own(facts: Facts, *kinds: str) -> set[str]:
    """The terms of those kinds that the three domain ontologies declare."""
    found: set[str] = set().union(*(facts.typed(OWL + kind) for kind in kinds))
    return {iri for iri in found if iri.startswith(tuple(SPACES.values()))}


def _restrictions(facts: Facts, entity: str) -> list[tuple[str, str]]:
    """(relation, object) of what a class says of itself: its own restrictions and those of its definition."""
    nodes = facts.objects(entity, RDFS + "subClassOf")
    for defined in facts.objects(entity, OWL + "equivalentClass"):
        nodes += [part for head in facts.objects(defined, OWL + "intersectionOf") for part in facts.members(head)]
    found = []
    for node in nodes:
        for relation in facts.objects(node, OWL + "onProperty") if isinstance(node, BlankNode) else ():
            for filler in (*facts.objects(node, OWL + "someValuesFrom"), *facts.objects(node, OWL + "onClass")):
                if not facts.objects(node, OWL + "maxQualifiedCardinality"):
                    found.append((relation.value, filler.value))
    return found


def _claims(facts: Facts, entity: str) -> set[tuple[str, str]]:
    """(relation, object) of an entity: restrictions, inherited ones too, and assertions."""
    found = {claim for kind in facts.above(entity, RDFS + "subClassOf") for claim in _restrictions(facts, kind)}
    relations = facts.typed(OWL + "ObjectProperty") - {LITHO + "analogousTo"}
    asserted = ((quad.predicate.value, quad.object.value) for quad in facts.quads(NamedNode(entity)))
    return found | {claim for claim in asserted if claim[0] in relations}


def _links(facts: Facts) -> list[Link]:
    """The signed causal links between classes."""
    relations = facts.typed(OWL + "ObjectProperty")
    over = {relation: facts.above(relation, RDFS + "subPropertyOf") for relation in relations}
    signs = {r: 1 for r in relations if LITHO + "increases" in over[r]}
    signs |= {r: -1 for r in relations if LITHO + "decreases" in over[r]}
    classes = _own(facts, "Class")
    return [(c, o, signs[r]) for c in sorted(classes) for r, o in _restrictions(facts, c) if r in signs]


def test_there_are_250_entities_and_60_relations(facts: Facts) -> None:
    assert len(_own(facts, "Class", "NamedIndividual")) >= 250
    assert len(_own(facts, "ObjectProperty", "DatatypeProperty")) >= 60


def test_parts_causes_counts_and_disjointness_are_all_there(facts: Facts) -> None:
    part = {
        r for r in facts.typed(OWL + "ObjectProperty") if LITHO + "hasPart" in facts.above(r, RDFS + "subPropertyOf")
    }
    wholes = [(c, r, o) for c in _own(facts, "Class") for r, o in _restrictions(facts, c) if r in part]
    assert len(wholes) >= 100
    links = _links(facts)
    assert len(links) >= 150
    assert len([link for link in links if link[2] < 0]) >= 50
    counted = sum(
        1
        for kind in ("", "min", "max")
        for _ in facts.quads(None, OWL + (kind + "QualifiedCardinality" if kind else "qualifiedCardinality"))
    )
    assert counted >= 40
    assert sum(1 for _ in facts.quads(None, RDF + "type", NamedNode(OWL + "AllDisjointClasses"))) >= 30


def test_numbers_carry_their_units(facts: Facts) -> None:
    values = {quad.subject.value for quad in facts.quads(None, LITHO + "quantityValue")}
    units = {quad.subject.value for quad in facts.quads(None, LITHO + "unit")}
    assert len(values) >= 18
    pure = {"AdamFirstDecay", "AdamSecondDecay", "AdamDefaultLearningRate", "TransformerDropoutShare", "PressLoRARank",
            "TransformerWarmupLength"}  # fmt: skip
    assert {iri.partition("#")[2] for iri in values - units} == pure
    assert units <= values
    spoken = {p: facts.objects(p, LITHO + "verbPhrase") for p in _own(facts, "DatatypeProperty")}
    measured = [p for p, phrases in spoken.items() if any(" in " in phrase.value for phrase in phrases)]
    assert len(measured) >= 9


def test_every_entity_has_a_label_and_a_definition_in_both_languages(facts: Facts) -> None:
    entities = _own(facts, "Class", "NamedIndividual")
    for part in (RDFS + "label", SKOS + "definition"):
        assert {e for e in entities if facts.languages(e, part) != {"en", "ru"}} == set()


def test_every_countable_class_has_its_plural_in_both_languages(facts: Facts) -> None:
    mass = {c for c in _own(facts, "Class") if [a.value for a in facts.objects(c, LITHO + "article")] == ["none"]}
    countable = _own(facts, "Class") - mass
    assert len(countable) >= 200
    assert {c for c in countable if facts.languages(c, LITHO + "plural") != {"en", "ru"}} == set()


def test_synonyms_are_given_and_never_repeat_the_label(facts: Facts) -> None:
    synonyms = {e: facts.objects(e, SKOS + "altLabel") for e in _own(facts, "Class", "NamedIndividual")}
    given = {
        e: {(t.value, t.language) for t in terms if isinstance(t, Literal)} for e, terms in synonyms.items() if terms
    }
    assert len(given) >= 80
    labels = {
        e: {(t.value, t.language) for t in facts.objects(e, RDFS + "label") if isinstance(t, Literal)} for e in given
    }
    assert {e for e in given if given[e] & labels[e]} == set()


def test_every_relation_can_be_spoken_in_both_languages(facts: Facts) -> None:
    upper = {quad.subject.value for quad in facts.quads(None, LITHO + "verbPhrase")}
    relations = _own(facts, "ObjectProperty", "DatatypeProperty")
    assert relations <= upper
    for part in (RDFS + "label", RDFS + "comment", LITHO + "verbPhrase", LITHO + "verbPlural"):
        assert {r for r in upper if facts.languages(r, part) != {"en", "ru"}} == set()
    assert {r for r in upper if facts.languages(r, LITHO + "verbBare") != {"en"}} == set()
    governed = {r: facts.one(r, LITHO + "governs").split()[-1] for r in upper}
    assert {r for r, case in governed.items() if case not in CASES} == set()


def test_every_analogy_keeps_a_relation(facts: Facts) -> None:
    pairs = [(q.subject.value, q.object.value) for q in facts.quads(None, LITHO + "analogousTo")]
    assert len(pairs) >= 50
    assert len({left for left, _ in pairs}) == len({right for _, right in pairs}) == len(pairs)
    claims = {entity: _claims(facts, entity) for pair in pairs for entity in pair}
    twin, loose = dict(pairs), {LITHO + "relatedTo", LITHO + "causes"}
    kept = set()
    for left, right in pairs:
        for relation, other in claims[left]:
            same = {r for r, o in claims[right] if o == twin.get(other)}
            over = facts.above(relation, RDFS + "subPropertyOf") - loose
            if any(over & facts.above(r, RDFS + "subPropertyOf") for r in same):
                kept |= {left, other}
    assert {left for left, _ in pairs} - kept == set()


def _collisions(links: list[Link]) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Cause and effect with ways of opposite signs over one thing between: the middles of the gain and of the loss."""
    out: dict[str, dict[str, int]] = defaultdict(dict)
    for cause, effect, sign in links:
        out[cause][effect] = sign
    ways: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: {1: set(), -1: set()})
    for cause, effects in list(out.items()):
        for middle, sign in effects.items():
            for effect, then in out.get(middle, {}).items():
                ways[cause, effect][sign * then].add(middle)
    found = {ends: {(gain, loss) for gain in by[1] for loss in by[-1]} for ends, by in ways.items()}
    return {ends: middles for ends, middles in found.items() if middles and ends[0] != ends[1]}


def test_the_paradoxes_are_the_collisions_that_the_graph_has(facts: Facts) -> None:
    paradoxes = facts.typed(LITHO + "Paradox")
    ends = {p: (facts.one(p, LITHO + "paradoxCause"), facts.one(p, LITHO + "paradoxEffect")) for p in paradoxes}
    middles = {p: (facts.one(p, LITHO + "gainPath"), facts.one(p, LITHO + "lossPath")) for p in paradoxes}
    found = _collisions(_links(facts))
    assert len(paradoxes) == 13
    assert {p for p in paradoxes if middles[p] not in found.get(ends[p], ())} == set()
    named = {(ends[p][0], pair) for p, pair in middles.items()}
    swapped = {(cause, (loss, gain)) for cause, (gain, loss) in named}
    nameless = {e for e, pairs in found.items() if not any((e[0], pair) in named | swapped for pair in pairs)}
    assert nameless == set()


def test_a_claim_of_the_resolver_takes_hold_of_each_paradox(facts: Facts) -> None:
    places = ("paradoxCause", "paradoxEffect", "gainPath", "lossPath")
    loose = set()
    for paradox in facts.typed(LITHO + "Paradox"):
        assert facts.languages(paradox, SKOS + "definition") == {"en", "ru"}
        held = {facts.one(paradox, LITHO + place) for place in places}
        over = {kind for place in held for kind in facts.above(place, RDFS + "subClassOf")}
        if not over & {filler for _, filler in _restrictions(facts, facts.one(paradox, LITHO + "resolvedBy"))}:
            loose.add(paradox)
    assert loose == set()


def test_the_ladder_and_the_symbols_stand(facts: Facts) -> None:
    bridge = SPACES["bridge"]
    for rungs in (
        ("RidingABicycle", "TuningABicycle", "RepairingABicycle", "BuildingABicycle"),
        ("UsingAModel", "TuningAModel", "RepairingAModel", "BuildingAModel"),
    ):
        steps = [[t.value for t in facts.objects(bridge + rung, LITHO + "precedes")] for rung in rungs]
        assert steps == [[bridge + rung] for rung in rungs[1:]] + [[]]
    symbols = {iri.removeprefix(bridge) for iri in facts.typed(bridge + "Symbol")}
    assert symbols == {"WheelSymbol", "BridgeSymbol", "ThresholdSymbol", "StepSymbol"}


def _number(facts: Facts, entity: str, relation: str) -> float:
    space = SPACES["machine"] if relation[0].islower() and entity in ("SmolLM2_135M", "GPT2") else SPACES["bicycle"]
    return float(facts.one(space + entity, space + relation))


def test_the_parameters_of_the_models_add_up(facts: Facts) -> None:
    def of(model: str, *names: str) -> list[int]:
        return [int(_number(facts, model, name)) for name in names]

    width, layers, heads, shared, size, inner, words = of(
        "SmolLM2_135M", "hiddenSize", "layerCount", "headCount", "keyValueHeadCount", "headSize", "feedForwardSize",
        "vocabularySize",
    )  # fmt: skip
    attention = 2 * width * heads * size + 2 * width * shared * size
    total = words * width + layers * (attention + 3 * width * inner + 2 * width) + width
    assert [total] == of("SmolLM2_135M", "parameterTotal")
    bits, megabytes = (
        facts.one(SPACES["machine"] + q, LITHO + "quantityValue") for q in ("SinglePrecision", "SmolLM2FileSize")
    )
    assert int(megabytes) == round(total * int(bits) / 8 / 1e6)
    width, layers, words, places = of("GPT2", "hiddenSize", "layerCount", "vocabularySize", "contextTokens")
    total = (words + places) * width + layers * (12 * width**2 + 13 * width) + 2 * width
    assert [total] == of("GPT2", "parameterTotal")


def test_the_figures_of_the_gears_add_up(facts: Facts) -> None:
    round_the_wheel = float(facts.one(SPACES["bicycle"] + "WheelCircumference", LITHO + "quantityValue"))
    assert 622 + 28 < round_the_wheel * 1000 / 3.14159 < 622 + 2 * 30
    for gear in ("Gear50x11", "Gear50x17", "Gear34x17", "Gear34x34"):
        front, behind = (int(n) for n in gear.removeprefix("Gear").split("x"))
        assert _number(facts, gear, "gearRatio") == pytest.approx(front / behind, abs=5e-4)
        assert _number(facts, gear, "development") == pytest.approx(front / behind * round_the_wheel, abs=6e-3)


def _headers(facts: Facts) -> set[str]:
    return facts.typed(OWL + "Ontology")


def test_every_ontology_says_what_it_is(facts: Facts) -> None:
    headers = _headers(facts)
    assert len(headers) == 6
    for header in headers:
        assert facts.languages(header, DCT + "title") == facts.languages(header, DCT + "description") == {"en", "ru"}
        assert facts.one(header, DCT + "license") == "https://creativecommons.org/licenses/by/4.0/"
        assert facts.one(header, OWL + "versionIRI") == f"{header}/{facts.one(header, OWL + 'versionInfo')}"


@pytest.mark.parametrize("folder", [ONTOLOGY, WORLD], ids=lambda folder: folder.name)
def test_a_catalog_leads_every_name_to_its_file(facts: Facts, folder: Path) -> None:
    entries = ET.parse(folder / "catalog-v001.xml").getroot()
    places = {entry.get("name", ""): (folder / entry.get("uri", "")).resolve() for entry in entries}
    assert set(places) >= _headers(facts)
    for name, file in places.items():
        assert re.search(
            rf"^<{re.escape(name.rstrip('#'))}> a owl:Ontology", file.read_text(encoding="utf-8"), re.MULTILINE
        )


def test_every_term_of_the_vocabulary_is_labelled_and_explained_in_both_languages() -> None:
    vocabulary = Facts([ONTOLOGY / "lithograph.ttl"])
    kinds = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "NamedIndividual")
    terms = {iri for kind in kinds for iri in vocabulary.typed(OWL + kind) if iri.startswith(LITHO)}
    assert len(terms) >= 180
    for part in (RDFS + "label", RDFS + "comment"):
        assert {t for t in terms if vocabulary.languages(t, part) != {"en", "ru"}} == set()


def test_the_page_about_the_vocabulary_names_declared_terms_only() -> None:
    vocabulary = Facts([ONTOLOGY / "lithograph.ttl"])
    page = (ONTOLOGY.parent / "docs" / "reference" / "vocabulary.md").read_text(encoding="utf-8")
    named = set(re.findall(r"litho:([A-Za-z]\w*)", page)) - {"software"}
    assert len(named) >= 130
    assert {name for name in named if not vocabulary.objects(LITHO + name, RDF + "type")} == set()
    classes = {iri.removeprefix(LITHO) for iri in vocabulary.typed(OWL + "Class") if iri.startswith(LITHO)}
    assert classes - named == set()


PAGE = ONTOLOGY.parent / "docs" / "explanation" / "the-world.md"


def _rows(section: str) -> list[tuple[str, ...]]:
    """The rows of the tables below a heading of the page about the world, without their heads."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    tables = re.findall(r"^\|[ |-]+\|\n((?:\|.*\|\n)+)", text, re.MULTILINE)
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for table in tables for row in table.splitlines()]


def _label(facts: Facts, iri: str) -> str:
    return next(t.value for t in facts.objects(iri, RDFS + "label") if isinstance(t, Literal) and t.language == "en")


def _said(facts: Facts, entity: str) -> set[str]:
    """What a term claims, as the page writes it: subject *relation* object, upper relations too."""
    out = set()
    for relation, filler in _claims(facts, entity):
        for over in facts.above(relation, RDFS + "subPropertyOf"):
            phrases = facts.objects(over, LITHO + "verbPhrase")
            verbs = [t.value for t in phrases if isinstance(t, Literal) and t.language == "en"]
            out |= {f"{_label(facts, entity)} *{verb}* {_label(facts, filler)}" for verb in verbs}
    return out


def test_the_page_about_the_world_tells_all_analogies_and_a_relation_of_each(facts: Facts) -> None:
    pairs = [(q.subject.value, q.object.value) for q in facts.quads(None, LITHO + "analogousTo")]
    words = {(_label(facts, left), _label(facts, right)): left for left, right in pairs}
    rows = _rows("The analogy")
    ladder = {(row[1], row[2]) for row in _rows("The ladder")}
    assert len(ladder) == 4
    assert {(row[0], row[1]) for row in rows} | ladder == set(words)
    said = {claim for left in words.values() for claim in _said(facts, left)}
    assert [row[2] for row in rows if row[2] not in said] == []
    assert [row for row in rows if row[0] not in re.split(r" \*[^*]+\* ", row[2])] == []


def test_the_page_about_the_world_tells_all_paradoxes_and_symbols(facts: Facts) -> None:
    told = set()
    for paradox in facts.typed(LITHO + "Paradox"):
        cause, effect, gain, loss = (
            _label(facts, facts.one(paradox, LITHO + place))
            for place in ("paradoxCause", "paradoxEffect", "gainPath", "lossPath")
        )
        name = _label(facts, paradox).removeprefix("the ").removeprefix("paradox of ")
        told.add((name, f"{cause} → {effect}", gain, loss))
    rows = _rows("The paradoxes")
    assert {row[:4] for row in rows} == told
    keys = {facts.one(paradox, LITHO + "resolvedBy") for paradox in facts.typed(LITHO + "Paradox")}
    said = {claim for key in keys for claim in _said(facts, key)}
    assert [row[4] for row in rows if row[4] not in said] == []
    bridge = SPACES["bridge"]
    symbols = {
        (_label(facts, s).removeprefix("the image of the "), *(_label(facts, facts.one(s, p)) for p in places))
        for places in [(LITHO + "symbolises", bridge + "appearsOnTheRoadAs", bridge + "appearsInTheMachineAs")]
        for s in facts.typed(bridge + "Symbol")
    }
    assert {row[:4] for row in _rows("The symbols")} == symbols
