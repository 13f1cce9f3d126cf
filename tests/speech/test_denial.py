"""The *no* says what was proved: of none, of not all, of one; in both languages."""

from __future__ import annotations

from pathlib import Path

import claims_in_words as words
import numpy as np
import pytest

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Quantifier
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.evidence import Extent
from lithograph.speech.denial import denial
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.say_english import Said

LABELS = {"Pump": "насос", "Valve": "клапан", "Chain": "цепь", "Steel": "сталь", "mary": "Мария", "jack": "Пётр",
          "drives": "приводит в движение"}  # fmt: skip
AXIOMS = """SubClassOf(:Pump ObjectSomeValuesFrom(:drives :Valve)) ; SubClassOf(:Chain :Valve) ;
SubClassOf(:Steel :Valve) ;
ClassAssertion(:Pump :mary) ; ObjectPropertyAssertion(:drives :mary :jack) ;
AnnotationAssertion(litho:article :Steel "none"@en) ; AnnotationAssertion(litho:article :Steel "none"@ru)"""


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> ClaimGraph:
    labels = " ; ".join(
        f'AnnotationAssertion(rdfs:label :{name} "{name}"@en) ; AnnotationAssertion(rdfs:label :{name} "{russian}"@ru)'
        for name, russian in LABELS.items()
    )
    file = Path(tmp_path_factory.mktemp("denial")) / "o.ofn"
    file.write_text(words.functional(f"{AXIOMS} ; {labels}".replace("\n", " ")), encoding="utf-8")
    return project(load(file))


CASES = [
    (("Pump", v.SUBCLASS_OF, "Valve", Quantifier.SCHEMA), Extent.NONE,
     "no pump is a valve", "ни один насос не является клапаном"),
    (("Chain", v.SUBCLASS_OF, "Valve", Quantifier.SCHEMA), Extent.NONE,
     "no chain is a valve", "ни одна цепь не является клапаном"),
    (("Chain", v.SUBCLASS_OF, "Valve", Quantifier.SCHEMA), Extent.NOT_ALL,
     "not every chain is a valve", "не каждая цепь является клапаном"),
    (("Pump", "drives", "Valve", Quantifier.SOME), Extent.NONE,
     "no pump drives a valve", "ни один насос не приводит в движение клапан"),
    (("Pump", "drives", "Valve", Quantifier.SOME), Extent.NOT_ALL,
     "not every pump drives a valve", "не каждый насос приводит в движение клапан"),
    (("Pump", "drives", "Valve", Quantifier.ONLY), Extent.NONE,
     "every pump drives something that is not a valve",
     "каждый насос приводит в движение что-то, что не является клапаном"),
    (("Pump", "drives", "Valve", Quantifier.ONLY), Extent.NOT_ALL,
     "it is not true that whatever a pump drives is a valve",
     "неверно, что если насос приводит в движение что-то, то это клапан"),
    (("mary", v.TYPE, "Valve", Quantifier.INDIVIDUAL), None, "mary is not a valve", "Мария не является клапаном"),
    (("mary", "drives", "jack", Quantifier.INDIVIDUAL), None,
     "mary does not drive jack", "Мария не приводит в движение Петра"),
    (("Pump", v.SUBCLASS_OF, "Valve", Quantifier.SCHEMA), None,
     "it is not true that every pump is a valve", "неверно, что каждый насос — это клапан"),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "extent", "english", "russian"), CASES)
def test_a_denial_has_the_extent_that_was_proved(
    graph: ClaimGraph, claim: tuple[str, str, str, Quantifier], extent: Extent | None, english: str, russian: str
) -> None:
    ids = graph.ontology.terms
    subject, relation, thing = (name if "://" in name else f"http://e/{name}" for name in claim[:3])
    for language, wanted in (("en", english), ("ru", russian)):
        lexicon = Lexicon.of(graph.ontology, graph.kinds, language)
        said = Said(lexicon, ids.id(subject), ids.id(relation), ids.id(thing), claim[3], False, 0, relation)
        assert denial(said, extent) == wanted
    assert np.all(graph.holds)
