"""What the endpoint answers and refuses over HTTP, and what the page and the named queries give."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, urlencode

import pytest
import rdflib
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results
from served import Reply, Served

from lithograph.ledger.ask import Ledger
from lithograph.ledger.named import named_queries

ROWS = 50
SELECT = "SELECT ?slug WHERE { ?b a litho:Build ; litho:slug ?slug } ORDER BY ?slug"
CONSTRUCT = "CONSTRUCT { ?b litho:slug ?slug } WHERE { ?b a litho:Build ; litho:slug ?slug }"
FORMATS = {"application/sparql-results+json": QueryResultsFormat.JSON, "application/json": QueryResultsFormat.JSON,
           "application/sparql-results+xml": QueryResultsFormat.XML, "application/xml": QueryResultsFormat.XML,
           "text/tab-separated-values": QueryResultsFormat.TSV}  # fmt: skip
RDF = {f.media_type: f for f in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML, RdfFormat.N_QUADS,
                                 RdfFormat.TRIG)}  # fmt: skip
GIVEN: dict[str, dict[str, object]] = {
    "blast-radius": {"axiom": "pump SubClassOf device"}, "exposures": {"node": "pump", "step": 3},
    "regressions": {"before": "latest"},
}  # fmt: skip
"""What the named queries need that ask for something."""


def slugs(reply: Reply) -> list[str]:
    if reply.media == "text/csv":
        return reply.body.decode().split("\r\n")[1:-1]
    return [str(row["slug"].value) for row in parse_query_results(reply.body, format=FORMATS[reply.media])]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/*", "application/sparql-results+json"),
        ("text/*", "application/xml"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV ; Q=0.5", "text/csv"),
        ("text/tab-separated-values, text/csv;q=0.9", "text/tab-separated-values"),
        ("text/csv;q=0.2, application/sparql-results+xml;q=0.3", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "application/json"),
        ("application/json", "application/json"),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/xml"),
        ("text/turtle, text/csv;q=0.1", "text/csv"),
        ("nonsense, text/csv;q=high, text/tab-separated-values", "text/tab-separated-values"),
        ("text/html", None),
        ("text/turtle", None),
        ("*/*;q=0", None),
    ],
)
def test_solutions_go_out_in_the_format_that_is_liked_best(
    accept: str | None, media: str | None, served: Served
) -> None:
    reply = served.ask(SELECT, accept)
    if media is None:
        assert reply.status == 406
        assert re.match(
            r"sparql: no format of this answer fits 'Accept: .+' \(application/sparql-results\+json, ", reply.line
        )
        return
    assert reply.status == 200
    assert reply.media == ("text/xml" if accept == "text/*" else media)
    if reply.media in FORMATS or reply.media == "text/csv":
        assert slugs(reply) == ["plant-1", "plant-2"]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-quads", "application/n-quads"),
        ("application/trig, text/turtle;q=0.9", "application/trig"),
        ("text/csv, text/turtle;q=0.1", "text/turtle"),
        ("application/sparql-results+json", None),
        ("text/csv", None),
    ],
)
def test_triples_go_out_in_the_format_that_is_liked_best(accept: str | None, media: str | None, served: Served) -> None:
    reply = served.ask(CONSTRUCT, accept)
    if media is None:
        assert reply.status == 406
        return
    assert (reply.status, reply.media) == (200, media)
    found = [quad.object.value for quad in parse(reply.body, format=RDF[media])]
    assert sorted(found) == ["plant-1", "plant-2"]


def test_get_form_and_direct_post_give_the_same_bytes(served: Served) -> None:
    form = urlencode({"query": SELECT, "format": "json"}).encode()
    replies = [
        served.ask(SELECT),
        served.send("POST", "/sparql", {"Content-Type": "application/x-www-form-urlencoded"}, form),
        served.send("POST", "/sparql/", {"Content-Type": "application/sparql-query; charset=UTF-8"}, SELECT.encode()),
    ]
    assert {(r.status, r.body) for r in replies} == {(200, replies[0].body)}
    assert slugs(replies[0]) == ["plant-1", "plant-2"]


def test_a_malformed_query_is_named_by_line_and_column(served: Served) -> None:
    reply = served.ask("SELECT ?x\nWHERE { ?x a\n}")
    assert reply.status == 400
    assert re.match(r"query:3:\d+: this is not a SPARQL query \(", reply.line)
    reply = served.ask("SELECT ?x WHERE { ?x a nowhere:Thing }")
    assert (reply.status, reply.line[:13]) == (400, "query:1:24: t")


@pytest.mark.parametrize(
    ("query", "status", "line"),
    [
        (
            "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
            403,
            "query:1:18: SERVICE would ask another machine",
        ),
        ("DROP ALL", 403, "query:1:1: DROP would change the ledger"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", 403, "query:1:1: INSERT would change the ledger"),
        ("", 400, "query:1:1: this is not a SPARQL query (it is empty)."),
    ],
)
def test_what_leaves_or_changes_is_refused_in_one_line(query: str, status: int, line: str, served: Served) -> None:
    sent = f"query={quote(query)}".encode()
    reply = served.send("POST", "/sparql", {"Content-Type": "application/x-www-form-urlencoded"}, sent)
    assert reply.status == status
    assert reply.line.startswith(line)


@pytest.mark.parametrize(
    ("kind", "body", "status", "line"),
    [
        ("text/plain", b"ASK {}", 415, "sparql: a body of type 'text/plain' cannot be read."),
        ("application/json", b"{}", 415, "sparql: a body of type 'application/json' cannot be read."),
        ("", b"ASK {}", 415, "sparql: the body has no content type."),
        ("application/sparql-query; charset=latin-1", b"ASK {}", 415, "sparql: a body of type"),
        ("application/sparql-query", b"ASK {} # \xff", 400, "sparql: the body is not UTF-8 at byte 9."),
        ("application/x-www-form-urlencoded", b"query=ASK%20%7B%7D%FF", 400, "sparql: the parameters cannot be read: "),
        ("application/x-www-form-urlencoded", b"q=ASK", 400, "sparql: the form has no query."),
        ("application/x-www-form-urlencoded", b"query=ASK&query=ASK", 400, "sparql: 2 queries in one request."),
        ("application/sparql-update", b"CLEAR ALL", 403, "sparql: an update is refused, the ledger is read only."),
        ("application/sparql-query", b"#" * (1 << 20) + b"\nASK {}", 413, "sparql: a query of more than 1048576 bytes"),
    ],
)
def test_a_post_that_is_not_of_the_protocol_is_refused(
    kind: str, body: bytes, status: int, line: str, served: Served
) -> None:
    reply = served.send("POST", "/sparql", {"Content-Type": kind} if kind else {}, body)
    assert reply.status == status
    assert reply.line.startswith(line)


def test_a_graph_that_is_no_iri_is_refused(served: Served) -> None:
    reply = served.send("GET", f"/sparql?query={quote('ASK {}')}&default-graph-uri=here")
    assert reply.status == 400
    assert reply.line == "default-graph-uri: 'here' is not an IRI. Name a graph by its full IRI."


def test_a_request_that_names_graphs_is_answered_from_them_alone(served: Served) -> None:
    published = quote("https://w3id.org/lithograph/query/")
    count = quote("SELECT (COUNT(*) AS ?slug) WHERE { ?x a sh:SPARQLExecutable }")
    found = [slugs(served.send("GET", f"/sparql?query={count}{more}"))
             for more in ("", f"&default-graph-uri={published}", f"&named-graph-uri={published}")]  # fmt: skip
    assert found == [["0"], [str(len(named_queries()))], ["0"]]


def test_another_method_is_refused_with_those_that_are_allowed(served: Served) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        reply = served.send(method, "/sparql")
        assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
        assert reply.line.startswith(f"{method}: this method is not allowed here.")
    assert served.send("POST", "/queries/coverage").status == 405


def test_head_has_the_headers_of_get_and_no_body(served: Served) -> None:
    for path in ("/", "/queries", "/sparql", f"/sparql?query={quote(SELECT)}", "/queries/coverage"):
        get, head = served.send("GET", path), served.send("HEAD", path)
        assert (head.status, head.body) == (200, b"")
        assert {k: v for k, v in head.headers.items() if k != "date"} == {
            k: v for k, v in get.headers.items() if k != "date"
        }


def test_a_page_of_another_origin_may_ask(served: Served) -> None:
    reply = served.send("OPTIONS", "/sparql", {"Origin": "http://ex.org", "Access-Control-Request-Method": "POST"})
    assert reply.status == 204
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert "Content-Type" in reply.headers["access-control-allow-headers"]
    for reply in (served.ask(SELECT), served.ask("ASK"), served.send("GET", "/nowhere")):
        assert reply.headers["access-control-allow-origin"] == "*"


def test_a_long_answer_is_cut_and_says_so(served: Served, plant: Ledger) -> None:
    everything = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
    assert len(plant.query(everything)) > ROWS
    reply = served.ask(everything)
    assert (reply.status, reply.headers["lithograph-truncated"]) == (200, str(ROWS))
    assert len(json.loads(reply.body)["results"]["bindings"]) == ROWS
    assert "Lithograph-Truncated" in reply.headers["access-control-expose-headers"]
    triples = served.ask("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
    assert (triples.headers["lithograph-truncated"], triples.body.count(b"\n")) == (str(ROWS), ROWS)
    whole = served.ask(f"{everything} LIMIT {ROWS}")
    assert "lithograph-truncated" not in whole.headers
    assert whole.body == reply.body


@pytest.mark.parametrize("name", list(named_queries()))
def test_a_named_query_answers_over_http_as_it_does_in_python(name: str, served: Served, plant: Ledger) -> None:
    given: dict[str, object] = GIVEN.get(name, {})
    reply = served.named(name, **given)
    wanted = plant.query(name, **given)
    found = json.loads(reply.body)
    assert found["head"]["vars"] == list(wanted.columns)
    rows = [tuple(row.get(c, {"value": ""})["value"] for c in wanted.columns) for row in found["results"]["bindings"]]
    assert rows == list(wanted.rows)[:ROWS]


@pytest.mark.parametrize(
    ("path", "status", "line"),
    [
        ("/queries/coverag", 404, "query coverag: no named query has this name ("),
        ("/queries/blast-radius", 400, "query blast-radius: parameter 'axiom' is missing ("),
        (
            "/queries/coverage?limt=3",
            400,
            "query coverage: 'limt' is not a parameter (parameters: dataset, limit). Did you",
        ),
        ("/queries/coverage?limit=three", 400, "query coverage, limit: 'three' is not a whole number."),
        ("/queries/coverage?limit=1&limit=2", 400, "sparql: a parameter is given twice."),
        (
            "/queries/exposures?node=pmup&step=1",
            404,
            "node pmup: the ledger knows no node by this name (nearest: pump",
        ),
        ("/queries/blast-radius?axiom=SubClassOf", 200, ""),
        ("/queries/coverage/more", 404, "/queries/coverage/more: nothing is here."),
    ],
)
def test_a_wrong_named_question_is_refused_in_one_line(path: str, status: int, line: str, served: Served) -> None:
    reply = served.send("GET", path)
    assert reply.status == status
    assert status == 200 or reply.line.startswith(line)


def test_the_nearest_name_and_the_way_to_give_a_parameter_are_said(served: Served) -> None:
    assert served.send("GET", "/queries/coverag").line.endswith("Did you mean coverage?")
    assert served.send("GET", "/queries/blast-radius").line.endswith("/queries/blast-radius?axiom=…")


def test_no_value_of_a_parameter_becomes_a_query(served: Served) -> None:
    reply = served.named("blast-radius", axiom='" } } DROP ALL #')
    assert reply.status == 404
    assert reply.line.startswith('axiom " } } DROP ALL #: the ledger knows no axiom by this name')


def test_the_named_queries_are_listed_as_json_and_as_rdf(served: Served) -> None:
    listed = json.loads(served.send("GET", "/queries").body)["queries"]
    assert [q["name"] for q in listed] == list(named_queries())
    assert [[p["name"] for p in q["parameters"]] for q in listed] == [
        list(q.parameter_names()) for q in named_queries().values()
    ]
    graph = rdflib.Graph().parse(data=served.send("GET", "/queries", {"Accept": "text/turtle"}).body, format="turtle")
    executables = set(graph.subjects(rdflib.RDF.type, rdflib.SH.SPARQLSelectExecutable))
    assert {str(e) for e in executables} == {f"https://w3id.org/lithograph/query/{q['name']}" for q in listed}
    assert served.send("GET", "/queries", {"Accept": "text/html"}).status == 406


def test_the_page_needs_nothing_from_elsewhere_and_its_links_are_here(served: Served) -> None:
    reply = served.send("GET", "/", {"Accept": "text/html"})
    assert (reply.status, reply.media) == (200, "text/html")
    page = reply.body.decode()
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert not re.search(r"""(?:src|href|url\(|@import|fetch\()\s*[=(]?\s*["']?\s*(?:https?:)?//""", page)
    for path in set(re.findall(r"""(?:href="|fetch\("|ask\w*\(")([a-z]+)\"""", page)):
        assert served.send("GET", f"/{path}").status == 200
    sample = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert sample is not None
    assert json.loads(served.ask(sample.group(1)).body)["results"]["bindings"]
