"""Files to an ontology: syntaxes by content, imports, what is forgiven, what is refused."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from lithograph.core.activity import Event, Notice, StageReport
from lithograph.core.errors import LithographError
from lithograph.ontology import imports as imports_room
from lithograph.ontology.axioms import Ontology
from lithograph.ontology.load import load, logical_axiom_count
from lithograph.ontology.sniff import sniff

TURTLE = """@prefix : <http://ex.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://ex.org/o> a owl:Ontology .
:A a owl:Class ; rdfs:label "Ä"@en . :B a owl:Class ; rdfs:subClassOf :A .
"""
RDFXML = """<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:owl="http://www.w3.org/2002/07/owl#"
  xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#" xml:base="http://ex.org/">
<owl:Ontology rdf:about="http://ex.org/o"/>
<owl:Class rdf:about="A"><rdfs:label xml:lang="en">Ä</rdfs:label></owl:Class>
<owl:Class rdf:about="B"><rdfs:subClassOf rdf:resource="A"/></owl:Class></rdf:RDF>"""
OWLXML = """<?xml version="1.0"?>
<Ontology xmlns="http://www.w3.org/2002/07/owl#" xml:base="http://ex.org/" ontologyIRI="http://ex.org/o">
<Prefix name="ex" IRI="http://ex.org/"/>
<Declaration><Class IRI="A"/></Declaration><Declaration><Class abbreviatedIRI="ex:B"/></Declaration>
<SubClassOf><Class IRI="B"/><Class IRI="A"/></SubClassOf>
<AnnotationAssertion><AnnotationProperty IRI="http://www.w3.org/2000/01/rdf-schema#label"/><IRI>A</IRI>
<Literal xml:lang="en">Ä</Literal></AnnotationAssertion></Ontology>"""
FUNCTIONAL = """Prefix(:=<http://ex.org/>)
Prefix(rdfs:=<http://www.w3.org/2000/01/rdf-schema#>)
# a comment (with a bracket
Ontology(<http://ex.org/o>
Declaration(Class(:A)) Declaration(Class(<http://ex.org/B>))
SubClassOf(:B :A) AnnotationAssertion(rdfs:label :A "Ä"@en))"""
MANCHESTER = """Prefix: : <http://ex.org/>
Prefix: rdfs: <http://www.w3.org/2000/01/rdf-schema#>
Ontology: <http://ex.org/o>
AnnotationProperty: rdfs:label
Class: :A
    Annotations: rdfs:label "Ä"@en
Class: :B
    SubClassOf: :A
"""
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
NTRIPLES = f"""<http://ex.org/o> {_TYPE} <http://www.w3.org/2002/07/owl#Ontology> .
<http://ex.org/A> {_TYPE} <http://www.w3.org/2002/07/owl#Class> .
<http://ex.org/B> {_TYPE} <http://www.w3.org/2002/07/owl#Class> .
<http://ex.org/A> <http://www.w3.org/2000/01/rdf-schema#label> "\\u00C4"@en .
<http://ex.org/B> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <http://ex.org/A> .
"""
NQUADS = NTRIPLES.replace(" .\n", " <http://ex.org/g> .\n")
TRIG = TURTLE.replace("<http://ex.org/o> a", "<http://ex.org/g> { <http://ex.org/o> a") + "}"
JSONLD = json.dumps(
    {
        "@context": {"owl": "http://www.w3.org/2002/07/owl#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#"},
        "@graph": [
            {"@id": "http://ex.org/o", "@type": "owl:Ontology"},
            {"@id": "http://ex.org/A", "@type": "owl:Class", "rdfs:label": {"@value": "Ä", "@language": "en"}},
            {"@id": "http://ex.org/B", "@type": "owl:Class", "rdfs:subClassOf": {"@id": "http://ex.org/A"}},
        ],
    }
)
SYNTAXES = {
    "Turtle": TURTLE,
    "RDF/XML": RDFXML,
    "OWL/XML": OWLXML,
    "Functional": FUNCTIONAL,
    "Manchester": MANCHESTER,
    "N-Triples": NTRIPLES,
    "N-Quads": NQUADS,
    "TriG": TRIG,
    "JSON-LD": JSONLD,
}


def read(folder: Path, content: str | bytes, name: str = "o.owl") -> Ontology:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return load(file)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_syntax_is_known_by_content_and_gives_the_same_version(syntax: str, tmp_path: Path) -> None:
    ontology = read(tmp_path, SYNTAXES[syntax])
    assert ontology.sources[0].syntax == syntax
    assert ontology.iri == "http://ex.org/o"
    assert logical_axiom_count(ontology) == 1
    assert ontology.version == read(tmp_path, TURTLE, "t.ttl").version
    assert ontology.forgiven == ()


@pytest.mark.parametrize("syntax", ["Turtle", "RDF/XML", "OWL/XML", "Functional", "Manchester"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_are_known_by_content(syntax: str, encoding: str, tmp_path: Path) -> None:
    text = SYNTAXES[syntax].replace('encoding="utf-8"', f'encoding="{encoding.removesuffix("-sig")}"')
    if encoding in ("utf-16-le", "utf-16-be") and syntax in ("OWL/XML", "Functional", "Manchester"):
        text = "\ufeff" + text
    assert read(tmp_path, text.encode(encoding)).version == read(tmp_path, TURTLE, "t.ttl").version


def test_a_file_that_is_not_utf8_is_read_as_windows_1252_and_that_is_said(tmp_path: Path) -> None:
    ontology = read(tmp_path, TURTLE.encode("latin-1"))
    assert [f.what for f in ontology.forgiven] == ["it is not UTF-8: read as Windows-1252"]


def test_a_gzip_file_is_unpacked(tmp_path: Path) -> None:
    assert len(read(tmp_path, gzip.compress(TURTLE.encode()))) == 4


def test_obo_is_read(tmp_path: Path) -> None:
    text = """format-version: 1.2
ontology: x

[Term]
id: X:1
name: one

[Term]
id: X:2
is_a: X:1 ! one
relationship: part_of X:1

[Typedef]
id: part_of
name: part of
xref: BFO:0000050
is_transitive: true
transitive_over: part_of ! part of
"""
    ontology = read(tmp_path, text)
    texts = {ontology.axiom(i).text.replace("http://purl.obolibrary.org/obo/", "") for i in range(len(ontology))}
    assert "SubClassOf(<X_2> ObjectSomeValuesFrom(<BFO_0000050> <X_1>))" in texts
    assert "SubObjectPropertyOf(ObjectPropertyChain(<BFO_0000050> <BFO_0000050>) <BFO_0000050>)" in texts


FORGIVEN = {
    "an undeclared prefix": (
        TURTLE.replace("@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .", ""),
        "the prefix rdfs: is not declared, read as http://www.w3.org/2000/01/rdf-schema#",
    ),
    "a string over two lines": (TURTLE + ':A rdfs:comment "one\ntwo" .', "1 strings run over several lines"),
    "a full stop in brackets": (
        TURTLE + ":B rdfs:subClassOf [ owl:complementOf :C . ] .",
        "1 full stops stand before a closing bracket",
    ),
    "an IRI with two fragments": (
        TURTLE + "<http://ex.org/x#y#z> a owl:Class .",
        "1 IRIs are no IRIs by RFC 3987, kept as they are: http://ex.org/x#y#z",
    ),
    "an entity in single quotation marks": (
        RDFXML.replace("<rdf:RDF", "<!DOCTYPE rdf:RDF [<!ENTITY e 'http://ex.org/'>]>\n<rdf:RDF").replace(
            'rdf:about="A"', 'rdf:about="&e;A"'
        ),
        "the entities of the DOCTYPE are written out",
    ),
    "an undeclared namespace": (
        RDFXML.replace(' xmlns:owl="http://www.w3.org/2002/07/owl#"', ""),
        "the prefix owl: is not declared, read as http://www.w3.org/2002/07/owl#",
    ),
    "an undeclared entity": (
        RDFXML.replace("</rdf:RDF>", '<owl:Class rdf:about="&owl;Thing"/></rdf:RDF>'),
        "the entity &owl; is not declared, read as http://www.w3.org/2002/07/owl#",
    ),
    "an rdf:ID with a space": (
        RDFXML.replace("</rdf:RDF>", '<owl:Class rdf:ID="a b"/></rdf:RDF>'),
        "a b is no XML name: read as a relative IRI",
    ),
    "an undeclared functional prefix": (
        FUNCTIONAL.replace("rdfs:label", "skos:prefLabel"),
        "line 6: the prefix skos: is not declared, read as http://www.w3.org/2004/02/skos/core#",
    ),
}


@pytest.mark.parametrize("case", FORGIVEN)
def test_what_protege_opens_is_mended_and_said(case: str, tmp_path: Path) -> None:
    text, note = FORGIVEN[case]
    heard: list[Event] = []
    file = tmp_path / "o.owl"
    file.write_text(text, encoding="utf-8")
    ontology = load(file, listener=heard.append)
    assert note in [f.what for f in ontology.forgiven]
    assert logical_axiom_count(ontology) >= 1
    assert Notice("load", f"o.owl: {note}") in heard


REFUSED = {
    "an unknown prefix": (TURTLE + "zz:A a owl:Class .", "o.owl:5: is not well-formed Turtle: The prefix zz:"),
    "a broken end": (TURTLE + ":A rdfs:subClassOf", "o.owl:"),
    "broken XML": (RDFXML.replace("</rdf:RDF>", ""), "is not well-formed RDF/XML"),
    "broken OWL/XML": (OWLXML.replace("</SubClassOf>", ""), "o.owl:7: is not well-formed OWL/XML"),
    "an open bracket": (FUNCTIONAL[:-1], "o.owl:6: is not well-formed Functional: the document ends before"),
    "no axiom": (
        FUNCTIONAL.replace("SubClassOf(:B :A)", "Sub(:B :A)"),
        "o.owl:6: is not well-formed Functional: Sub is",
    ),
    "prose": ("Dear reader, this is a letter.", "is no ontology in a syntax that can be read. Accepted: RDF/XML"),
    "a query": ("PREFIX owl: <http://o#>\nSELECT * WHERE { ?s ?p ?o }", "is no ontology in a syntax"),
    "nothing": ("  \n", "is empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_in_one_line(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lithograph.ontology.document.read_by_owlapi", lambda path, base: None)
    text, expected = REFUSED[case]
    with pytest.raises(LithographError) as refusal:
        read(tmp_path, text)
    assert expected in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_is_whole_where_only_comments_follow_its_last_tag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lithograph.ontology.document.read_by_owlapi", lambda path, base: None)
    text = RDFXML.replace('<owl:Class rdf:about="B">', '<!-- http://ex.org/B -->\n<owl:Class rdf:about="B">')
    assert len(read(tmp_path, text + "\n\n<!-- Generated by a program <https://ex.org/> -->\n")) == 4


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LithographError, match="cannot be opened: No such file"):
        load(tmp_path / "nowhere.owl")


def importing(*iris: str, own: str = "http://ex.org/root") -> str:
    imports = "".join(f"<{own}> <http://www.w3.org/2002/07/owl#imports> <{iri}> .\n" for iri in iris)
    return TURTLE.replace("<http://ex.org/o>", f"<{own}>") + imports


def imported(iri: str, text: str = "") -> str:
    return f"<{iri}> a <http://www.w3.org/2002/07/owl#Ontology> .\n{text}"


CATALOG = '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">{}</catalog>'


def catalog(folder: Path, *entries: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "catalog-v001.xml").write_text(CATALOG.format("".join(entries)), encoding="utf-8")


@pytest.mark.parametrize(
    "entry",
    [
        '<uri name="http://ex.org/one" uri="sub/other.ttl"/>',
        '<group xml:base="sub/"><uri name="http://ex.org/one#" uri="other.ttl"/></group>',
        '<rewriteURI uriStartString="http://ex.org/on" rewritePrefix="sub/oth"/>',
        '<nextCatalog catalog="next.xml"/>',
    ],
)
def test_an_import_is_found_by_the_catalog_first(entry: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "other.ttl").write_text(imported("http://ex.org/else"), encoding="utf-8")
    (tmp_path / "sub" / "othe").write_text(imported("http://ex.org/else"), encoding="utf-8")
    (tmp_path / "one.ttl").write_text(imported("http://ex.org/one"), encoding="utf-8")
    catalog(tmp_path, entry)
    (tmp_path / "next.xml").write_text(
        CATALOG.format('<uri name="http://ex.org/one" uri="sub/other.ttl"/>'), encoding="utf-8"
    )
    ontology = read(tmp_path, importing("http://ex.org/one"))
    assert [s.iri for s in ontology.sources] == ["http://ex.org/root", "http://ex.org/else"]
    assert ontology.missing_imports == ()


@pytest.mark.parametrize(
    ("iri", "name", "own"),
    [
        ("http://ex.org/one#", "any.ttl", "http://ex.org/one"),
        ("http://localhost:8080/data/one", "x.owl", "http://localhost:8080/data/one"),
        ("http://localhost/one.owl", "one.owl", "http://ex.org/quite-other"),
        ("http://ex.org/one", "one.ttl", "http://ex.org/quite-other"),
    ],
)
def test_an_import_is_found_beside_by_its_iri_or_its_name(iri: str, name: str, own: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(imported(own), encoding="utf-8")
    (tmp_path / "unlike.ttl").write_text(imported("http://ex.org/unlike"), encoding="utf-8")
    ontology = read(tmp_path, importing(iri), "root.owl")
    assert [s.iri for s in ontology.sources] == ["http://ex.org/root", own]


def test_imports_may_be_cyclic(tmp_path: Path) -> None:
    (tmp_path / "one.ttl").write_text(
        importing("http://ex.org/root", "http://ex.org/one", own="http://ex.org/one"), encoding="utf-8"
    )
    ontology = read(tmp_path, importing("http://ex.org/one", "http://ex.org/root"), "root.owl")
    assert [s.iri for s in ontology.sources] == ["http://ex.org/root", "http://ex.org/one"]


def test_an_import_that_is_nowhere_is_listed_or_refused_and_never_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports_room, "fetched", lambda iri: pytest.fail("the network was asked"))
    ontology = read(tmp_path, importing("http://ex.org/nowhere"))
    assert ontology.missing_imports == ("http://ex.org/nowhere",)
    assert ontology.version != read(tmp_path, importing()).version
    read(tmp_path, importing("http://ex.org/nowhere"))
    with pytest.raises(LithographError, match=r"imports http://ex.org/nowhere, which is neither in a catalog"):
        load(tmp_path / "o.owl", missing="error")


def test_the_network_is_asked_only_when_it_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(imports_room, "fetched", lambda iri: asked.append(iri))
    read(tmp_path, importing("http://ex.org/nowhere"))
    load(tmp_path / "o.owl", allow_network=True)
    assert asked == ["http://ex.org/nowhere"]


def test_an_import_that_cannot_be_read_is_refused_by_its_own_name(tmp_path: Path) -> None:
    catalog(tmp_path, '<uri name="http://ex.org/one" uri="one.ttl"/>')
    (tmp_path / "one.ttl").write_text("   ", encoding="utf-8")
    with pytest.raises(LithographError, match=r"one\.ttl: is empty"):
        read(tmp_path, importing("http://ex.org/one"))


def test_a_broken_catalog_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "catalog-v001.xml").write_text("<catalog>\n<uri", encoding="utf-8")
    with pytest.raises(LithographError, match=r"catalog-v001\.xml:2: is no XML catalog"):
        read(tmp_path, importing("http://ex.org/one"))


def test_the_declarations_of_an_import_type_the_terms_of_the_root(tmp_path: Path) -> None:
    owl = "<http://www.w3.org/2002/07/owl#ObjectProperty>"
    (tmp_path / "one.ttl").write_text(imported("http://ex.org/one", f"<http://ex.org/p> a {owl} ."), encoding="utf-8")
    ontology = read(tmp_path, importing("http://ex.org/one") + ":x :p :y .", "root.owl")
    assert logical_axiom_count(ontology) == 2
    assert logical_axiom_count(load(tmp_path / "root.owl", imports=False)) == 1


def test_relative_iris_do_not_depend_on_where_the_file_lies(tmp_path: Path) -> None:
    text = "<#A> a <http://www.w3.org/2002/07/owl#Class> ."
    (tmp_path / "sub").mkdir()
    assert read(tmp_path, text).version == read(tmp_path / "sub", text, "other.ttl").version


def test_a_context_on_the_network_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lithograph.ontology.document.read_by_owlapi", lambda path, base: None)
    with pytest.raises(LithographError, match="JSON-LD"):
        read(tmp_path, '{"@context": "http://ex.org/context.jsonld", "@id": "http://ex.org/a"}')


@pytest.mark.parametrize("prop", ["http://purl.org/dc/terms/license", "http://purl.org/dc/elements/1.1/rights"])
def test_the_licence_stands_in_the_header(prop: str, tmp_path: Path) -> None:
    turtle = read(tmp_path, TURTLE + f'<http://ex.org/o> <{prop}> "CC BY 4.0" .')
    functional = read(tmp_path, FUNCTIONAL.replace("ex.org/o>", f'ex.org/o> Annotation(<{prop}> "CC BY 4.0")'))
    assert turtle.sources[0].licence == functional.sources[0].licence == "CC BY 4.0"


def test_loading_ends_in_one_report(tmp_path: Path) -> None:
    heard: list[Event] = []
    (tmp_path / "o.ttl").write_text(TURTLE, encoding="utf-8")
    load(tmp_path / "o.ttl", listener=heard.append)
    report = heard[-1]
    assert isinstance(report, StageReport)
    assert (report.stage, report.came_in, report.came_out) == ("load", 5, 4)


def test_what_no_reader_takes_is_read_by_the_owl_api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise SyntaxError("it is too strange")

    expected = read(tmp_path, RDFXML, "plain.owl").version
    monkeypatch.setattr("lithograph.ontology.document.parse_forgiving", refuse)
    ontology = read(tmp_path, RDFXML)
    assert ontology.version == expected
    assert "it is too strange; read by the OWL API as RDF/XML" in ontology.forgiven[-1].what


@pytest.mark.parametrize("text", ["# only a comment\n", "<html><body/></html>", "\x00\x01\x02", "{}", "a,b\n1,2"])
def test_other_files_are_no_ontologies(text: str) -> None:
    assert sniff(text.encode()).syntaxes == ()
