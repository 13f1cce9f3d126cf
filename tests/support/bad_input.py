"""Everything a user can get wrong, each as a small project and one command; golden/errors.txt holds the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TURTLE = """@prefix : <http://example.org/shop#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix litho: <https://w3id.org/lithograph/ns#> .
<http://example.org/shop> a owl:Ontology .
"""
SHOP = (
    TURTLE
    + """
:Loaf a owl:Class ; rdfs:label "loaf"@en ; rdfs:subClassOf :Bread .
:Bread a owl:Class ; rdfs:label "bread"@en .
:Oven a owl:Class ; rdfs:label "oven"@en ; owl:disjointWith :Bread .
:bakes a owl:ObjectProperty ; rdfs:label "bakes"@en .
:Oven rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :bakes ; owl:someValuesFrom :Loaf ] .
"""
)
OPTIONS = 'ontology = "ontology/shop.ttl"\ndataset = "shop"\nlanguages = ["en"]\noracle = "off"\npractice = 0\n'
SCENE = """Bakes:
  iri: <http://example.org/shop#Bakes>
  axis: composition
  focus: oven
  roles: {oven: class, loaf: class}
  couplings: [{from: oven, relation: <http://example.org/shop#bakes>, to: loaf, quantifier: some}]
"""
OWL_SCENE = """
:BakesScene a owl:NamedIndividual, litho:Scene ; litho:axis litho:composition ; litho:focusRole :ovenRole ;
    litho:hasRole :loafRole ; litho:hasCoupling :c .
:ovenRole a owl:NamedIndividual, litho:Role ; litho:roleName "oven" ; litho:roleKind "class" .
:loafRole a owl:NamedIndividual, litho:Role ; litho:roleName "loaf" ; litho:roleKind "class" .
:c a owl:NamedIndividual, litho:Coupling ; litho:fromRole :ovenRole ; litho:toRole :loafRole ;
    litho:relation :bakes ; litho:quantifier "some" .
"""
LOAF = 'litho:roleName "loaf"'
TEMPLATE = "@ IsA question\n\nuser: What is {{ sub.a }}?\nassistant: {{ sub.a }} is {{ super.a }}.\n"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A project's files beyond the shop's own, and the arguments of the command; `code`: the exit code."""

    arguments: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    code: int = 2


def file(text: str | bytes, name: str = "broken.ttl") -> Mistake:
    """A press of one file."""
    return Mistake(f"dataset --ontology {name}", {name: text})


def option(line: str) -> Mistake:
    """A press with one more line of options; a key that stands there already is replaced."""
    key = line.partition("=")[0].strip()
    kept = "".join(old for old in OPTIONS.splitlines(keepends=True) if old.partition("=")[0].strip() != key)
    return Mistake("dataset", {"lithograph.toml": kept + line + "\n"})


def scene(old: str, new: str) -> Mistake:
    """A press with the scene of the shop, one thing in it changed."""
    assert old in SCENE
    return Mistake("dataset", {"lithograph.toml": OPTIONS + 'scenes = ["s.yaml"]\n', "s.yaml": SCENE.replace(old, new)})


def owl_scene(old: str, new: str) -> Mistake:
    """A press with the scene of the shop in OWL, one thing in it changed."""
    assert old in OWL_SCENE
    return Mistake("dataset", {"ontology/shop.ttl": SHOP + OWL_SCENE.replace(old, new)})


def template(text: str | bytes) -> Mistake:
    """A press with one template."""
    return Mistake("dataset", {"templates/taxonomy/plain.en.j2": text})


MANCHESTER = "Prefix: : <http://e/>\nOntology: <http://e/>\nClass: :A\n  SubClassOf: :r some (:B\n"
FUNCTIONAL = "Prefix(:=<http://e/>)\nOntology(<http://e/>\nSubClassOf(:A "
RDF_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<rdf:Description rdf:about="a">\n'
OWL_XML = '<Ontology xmlns="http://www.w3.org/2002/07/owl#" ontologyIRI="http://e/">\n<SubClassOf><Class IRI="#a"/>\n'
CONTRADICTION = (
    TURTLE + ":A owl:disjointWith :B . :A a owl:Class . :B a owl:Class . :x a :A , :B , owl:NamedIndividual .\n"
)

MISTAKES: dict[str, Mistake] = {
    # files
    "unknown file": Mistake("dataset --ontology nowhere.ttl"),
    "a folder for a file": Mistake("dataset --ontology ontology"),
    "an empty file": file(""),
    "a binary file": file(bytes(range(256)) * 4, "noise.owl"),
    "a picture": file(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01", "picture.owl"),
    "a text that is no ontology": file("Dear diary, today I bought an oven.\n", "diary.owl"),
    "broken gzip": file(b"\x1f\x8b\x08\x00abc", "shop.ttl.gz"),
    "broken Turtle": file(SHOP + ":Loaf rdfs:label \"unclosed\n"),
    "an undeclared prefix": file(TURTLE + ":A rdfs:seeAlso nowhere:B .\n"),
    "broken N-Triples": file("<http://e/a> <http://e/b> .\n", "broken.nt"),
    "broken N-Quads": file("<http://e/a> <http://e/b> <http://e/c> <http://e/g>\n<http://e/a>", "broken.nq"),
    "broken TriG": file("@prefix : <http://e/> .\n:g { :a :b :c \n", "broken.trig"),
    "broken RDF/XML": file(RDF_XML, "broken.rdf"),
    "broken JSON-LD": file('{"@context": {"a": "http://e/a"}, "@id": "http://e/x", "a": ', "broken.jsonld"),
    "broken OWL/XML": file(OWL_XML, "broken.owx"),
    "broken functional syntax": file(FUNCTIONAL, "broken.ofn"),
    "broken Manchester syntax": file(MANCHESTER, "b.omn"),
    "broken OBO": file("format-version: 1.2\n\n[Term]\nid: X:1\nname\n", "broken.obo"),
    "an import that is nowhere": Mistake("dataset", {
        "lithograph.toml": OPTIONS + 'imports = "error"\n',
        "ontology/shop.ttl": SHOP + "<http://example.org/shop> owl:imports <http://example.org/nowhere> .\n"}),
    "two imports that are nowhere": Mistake("dataset", {
        "lithograph.toml": OPTIONS + 'imports = "error"\n',
        "ontology/shop.ttl": SHOP + "<http://example.org/shop> owl:imports <http://e/a> , <http://e/b> .\n"}),
    "a broken catalog": Mistake("dataset", {
        "ontology/catalog-v001.xml": "<catalog>\n<uri\n",
        "ontology/shop.ttl": SHOP + "<http://example.org/shop> owl:imports <http://e/a> .\n"}),
    "a broken import": Mistake("dataset", {
        "ontology/catalog-v001.xml": '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
                                     '<uri name="http://e/a" uri="a.ttl"/></catalog>',
        "ontology/a.ttl": "@prefix : <http://e/> .\n:a :b\n",
        "ontology/shop.ttl": SHOP + "<http://example.org/shop> owl:imports <http://e/a> .\n"}),
    # what an ontology says, or does not
    "an inconsistent ontology": Mistake("dataset", {
        "lithograph.toml": OPTIONS.replace('oracle = "off"\n', ""), "ontology/shop.ttl": CONTRADICTION}),
    "an ontology that says nothing": Mistake("dataset", {"ontology/shop.ttl": TURTLE}),
    "an ontology without labels in the language": Mistake("dataset --language ru"),
    # options
    "an unknown key": option('langauges = ["en"]'),
    "an unknown key like no other": option("zzz = 1"),
    "a table": option("[train]\nminutes = 3"),
    "no TOML": option("wordings = = 2"),
    "TOML that is no UTF-8": Mistake("dataset", {"lithograph.toml": b"dataset = \"\xff\"\n"}),
    "a word for a number": option('wordings = "two"'),
    "a number for a word": option("dataset = 3"),
    "a number for a switch": option("allow_network = 1"),
    "a switch for a number": option("depth = true"),
    "a word for a list": option('languages = "en"'),
    "a number out of range": option("wordings = 0"),
    "a share out of range": option("test_percent = 90"),
    "a language without a grammar": option('languages = ["en", "de"]'),
    "no language": option("languages = []"),
    "a word outside its list": option('oracle = "maybe"'),
    "an unknown form": option('forms = ["statment"]'),
    "an unknown register": option('registers = ["plane"]'),
    "no register": option("registers = []"),
    "no time to train": option("train_minutes = 0"),
    "a training time that is no number": option("train_minutes = nan"),
    "an unknown layer choice": option('train_layers = "some"'),
    "an unknown scene switched off": option('scenes_off = ["IsAA"]'),
    "a name that leads out of the folder": option('dataset = "../shop"'),
    "a dataset without a name": option('dataset = ""'),
    # mixture
    "a weight below 0": option("axis_weights = {composition = -1}"),
    "a weight that is a word": option('axis_weights = {composition = "much"}'),
    "weights that are a number": option("axis_weights = 2"),
    "a weight for an axis that is not there": option("axis_weights = {compostion = 2}"),
    "weights of 0 for every register": option(
        "register_weights = {plain = 0, technical = 0, terse = 0, childlike = 0, bodily = 0, poetic = 0}"),
    "a budget below 0": option("budget = -5"),
    "a budget for a scene that is not there": option("scene_budgets = {IsAn = 5}"),
    "budgets of scenes above the budget of all": option("budget = 10\nscene_budgets = {IsA = 8, EverySome = 8}"),
    "a budget for a scene of weight 0": option("scene_budgets = {IsA = 8}\nscene_weights = {IsA = 0}"),
    "results of a test as feedback": Mistake("dataset --feedback r.json", {
        "r.json": '{"split": "test", "scenes": {"IsA": {"probes": 9, "right": 3}}}'}),
    "feedback that is not there": Mistake("dataset --feedback r.json"),
    "a path without a sign": scene("quantifier: some", "hops: 3"),
    "a path of no hop": scene("quantifier: some", "hops: 0"),
    "the story of a scene that is not there": Mistake("scene show Bake"),
    "the story of an instance that is not there": Mistake("scene why urn:litho:instance:00"),
    "a new scene of a name that is taken": Mistake(
        "scene new IsA --axis taxonomy --role a:class --role b:class --coupling 'a rdfs:subClassOf b'"),
    "a new scene with a coupling of two words": Mistake(
        "scene new Warm --axis taxonomy --role a:class --role b:class --coupling 'a b'"),
    "a new scene of two words": Mistake(
        "scene new 'Warm oven' --axis taxonomy --role a --coupling 'a rdfs:subClassOf a'"),
    # scenes
    "a scene file that is not there": Mistake("dataset", {"lithograph.toml": OPTIONS + 'scenes = ["s.yaml"]\n'}),
    "a scene file that is a folder": Mistake("dataset", {"lithograph.toml": OPTIONS + 'scenes = ["ontology"]\n'}),
    "a scene file that is no UTF-8": Mistake("dataset", {
        "lithograph.toml": OPTIONS + 'scenes = ["s.yaml"]\n', "s.yaml": b"Bakes: \xff\n"}),
    "a scene file that is no YAML": scene("axis: composition", "axis: [composition"),
    "a scene file that is a list": scene(SCENE, "- Bakes\n"),
    "a scene that is a word": scene(SCENE, "Bakes: composition\n"),
    "a scene key given twice": scene("  focus: oven\n", "  focus: oven\n  focus: loaf\n"),
    "an unknown scene key": scene("  focus: oven\n", "  fokus: oven\n"),
    "a scene without an axis": scene("  axis: composition\n", ""),
    "a scene without couplings": scene(SCENE[SCENE.index("  couplings"):], "  couplings: []\n"),
    "roles that are a list": scene("{oven: class, loaf: class}", "[oven, loaf]"),
    "couplings that are a word": scene(SCENE[SCENE.index("  couplings"):], "  couplings: bakes\n"),
    "a focus that is no role": scene("focus: oven", "focus: over"),
    "an unknown role kind": scene("oven: class", "oven: klass"),
    "an unknown role key": scene("oven: class", "oven: {kind: class, fill: a}"),
    "a limit that is no number": scene("oven: class", "oven: {kind: class, limit: many}"),
    "a role that nothing binds": scene("loaf: class}", "loaf: class, flour: class}"),
    "a coupling to an unknown role": scene("to: loaf", "to: lof"),
    "a coupling without an end": scene(", to: loaf", ""),
    "an unknown quantifier": scene("quantifier: some", "quantifier: sum"),
    "a sign that is none": scene("quantifier: some", "sign: 2"),
    "a weight that is no number": scene("quantifier: some", "weight: heavy"),
    "a weight out of range": scene("quantifier: some", "weight: 2"),
    "an unknown prefix": scene("<http://example.org/shop#bakes>", "baker:bakes"),
    "a form that no scene has": scene("  focus: oven\n", "  focus: oven\n  forms: [statment]\n"),
    "forms that are a word": scene("  focus: oven\n", "  focus: oven\n  forms: statement\n"),
    "a label without a language": scene("  focus: oven\n", "  focus: oven\n  label: baking\n"),
    "couplings that fall apart": scene(
        SCENE[SCENE.index("  roles"):],
        "  roles: {oven: class, loaf: class, a: class, b: class}\n  couplings:\n"
        "  - {from: oven, relation: rdfs:subClassOf, to: loaf}\n  - {from: a, relation: rdfs:subClassOf, to: b}\n"),
    "a role that has no filler": scene("loaf: class", "loaf: {kind: class, filled_by: <http://example.org/shop#Oven>}"),
    "a role filled by what is not there": scene("loaf: class", "loaf: {kind: class, filled_by: <http://e/Nobody>}"),
    "a relation that is not there": scene("shop#bakes", "shop#boils"),
    "a scene in OWL without an axis": owl_scene("litho:axis litho:composition ; ", ""),
    "a scene in OWL without a focus": owl_scene("litho:focusRole :ovenRole ;", ""),
    "a coupling in OWL without an end": owl_scene("litho:toRole :loafRole ;", ""),
    "a coupling in OWL to another scene's role": owl_scene("litho:toRole :loafRole", "litho:toRole :elsewhere"),
    "an unknown quantifier in OWL": owl_scene('litho:quantifier "some"', 'litho:quantifier "most"'),
    "an order in OWL that is no number": owl_scene(LOAF, LOAF + ' ; litho:order "first"'),
    "a role in OWL that has no filler": owl_scene(LOAF, LOAF + " ; litho:filledBy :Oven"),
    "an export of an unknown scene": Mistake("scene export Bake"),
    "an import of a scene file that is not there": Mistake("scene import nowhere.yaml"),
    "an import of a broken scene file": Mistake("scene import s.yaml", {"s.yaml": SCENE.replace("class", "klass")}),
    "an import of scenes that are no UTF-8": Mistake("scene import s.yaml", {"s.yaml": b"\xff"}),
    # templates
    "a template that does not compile": template(TEMPLATE.replace("super.a }}", "super.a }")),
    "a template that asks for a role there is not": template(TEMPLATE.replace("super", "whole")),
    "a template that asks for an unknown attribute": template(TEMPLATE.replace("super.a", "super.an")),
    "a template for a scene there is not": template(TEMPLATE.replace("IsA", "IsAA")),
    "a template for a form there is not": template(TEMPLATE.replace("question", "qestion")),
    "a template that is no UTF-8": template(b"@ IsA question\n\nassistant: \xff\n"),
    "a template for a language without a grammar": Mistake("dataset", {"templates/taxonomy/plain.de.j2": TEMPLATE}),
    # places
    "an output that is a file": Mistake("dataset --out taken", {"taken": "here first"}),
    "an output below a file": Mistake("dataset --out taken/shop", {"taken": "here first"}),
    "an output that holds something else": Mistake("dataset --out ontology"),
    "an output that is the project": Mistake("dataset --out ."),
    "a project that is not there": Mistake("dataset --project nowhere"),
    "a folder that is taken": Mistake("init ontology"),
    "a new project below a file": Mistake("init taken/new", {"taken": "here first"}),
    # after the press
    "no dataset to train on": Mistake("train"),
    "no dataset of this name": Mistake("train --dataset bakery"),
    "no dataset to estimate": Mistake("train --estimate"),
    "no dataset to export": Mistake("export messages"),
    "no dataset to pack": Mistake("pack"),
    "no dataset of this name to describe": Mistake("export croissant --dataset nowhere"),
    "no run to export": Mistake("export ro-crate"),
    "no ledger to dump": Mistake("export trig"),
    "an option that a form does not know": Mistake("export nquads --split test"),
    "a chip that is not there": Mistake("unpack nowhere.chip.tar there"),
    "a chip that is none": Mistake("unpack taken there", {"taken": "here first"}),
    "a folder that holds something": Mistake("unpack taken ontology", {"taken": "here first"}),
    "no ledger to ask": Mistake("query provenance"),
    "no ledger to trace": Mistake("trace random"),
    "an unknown query": Mistake("query blast-radios"),
    "a query without its parameter": Mistake("query blast-radius"),
    "a query with an unknown parameter": Mistake("query blast-radius --axium x"),
    "a parameter without a value": Mistake("query blast-radius --axiom"),
    "a word where a parameter is wanted": Mistake("query blast-radius axiom"),
    "no SPARQL": Mistake("query 'SELECT ?x WHERE { ?x a '"),
    "SPARQL that would change": Mistake("query 'DELETE WHERE { ?x ?y ?z }'"),
    "SPARQL that would leave the machine": Mistake("query 'SELECT * WHERE { SERVICE <http://e/> { ?x ?y ?z } }'"),
    # words of the command line
    "an unknown verb": Mistake("datasett"),
    "an unknown option": Mistake("dataset --outt x"),
    "a layout there is not": Mistake("export csv"),
    "a split there is not": Mistake("export messages --split dev"),
    "a number that is none": Mistake("dataset --workers many"),
    "an option without its value": Mistake("dataset --out"),
    "a verb without its argument": Mistake("trace"),
}  # fmt: skip


def lay_out(mistake: Mistake, folder: Path) -> None:
    """Write the project that a mistake is made in."""
    for name, text in {"lithograph.toml": OPTIONS, "ontology/shop.ttl": SHOP, **mistake.files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


STAGE = re.compile(r" {0,7}(load|project|reason|lemmas|candidates|scenes|press)  \S")
"""How a line begins that says what a stage did."""
