"""Answers as bytes: SPARQL results in JSON, XML, CSV and TSV, triples in RDF formats; cut at a number of rows.

The results are written here and not by the store, because the store cannot stop after some rows. Sources: SPARQL 1.1
Query Results JSON Format, XML Format (2nd ed.), CSV and TSV Formats. A triple term is written as SPARQL 1.2 does; the
base direction of a text is left out.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    serialize,
)

from lithograph.core.vocabulary import PREFIXES, XSD

Answer = QuerySolutions | QueryTriples | QueryBoolean
Rows = Iterable[Sequence[Any]]

_BOOLEAN = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML, "csv": QueryResultsFormat.CSV,
            "tsv": QueryResultsFormat.TSV}  # fmt: skip
_RDF = {"turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML,
        "nquads": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}  # fmt: skip
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SHORT = {
    XSD + "integer": re.compile(r"[+-]?\d+"),
    XSD + "decimal": re.compile(r"[+-]?\d*\.\d+"),
    XSD + "double": re.compile(r"[+-]?(?:\d+\.\d*|\.?\d+)[eE][+-]?\d+"),
}  # the literals that Turtle writes without quotes


def written(answer: Answer, form: str, most: int) -> tuple[bytes, bool]:
    """The answer in a format (`negotiation`'s key), and whether it was cut after `most` rows or triples."""
    if isinstance(answer, QueryBoolean):
        return answer.serialize(format=_BOOLEAN[form]) or b"", False
    kept = list(itertools.islice(iter(answer), most + 1))
    cut = len(kept) > most
    del kept[most:]
    if isinstance(answer, QueryTriples):
        return in_rdf(kept, form, PREFIXES), cut
    names = [v.value for v in answer.variables]
    return _WRITERS[form](names, ([solution[i] for i in range(len(names))] for solution in kept)), cut


def in_rdf(triples: Iterable[Triple], form: str, prefixes: Mapping[str, str]) -> bytes:
    """Triples in a format; the prefixes where it has such."""
    return serialize(triples, format=_RDF[form], prefixes=dict(prefixes)) or b""


def _json(names: list[str], rows: Rows) -> bytes:
    bindings = [
        {name: _json_term(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows
    ]
    whole = {"head": {"vars": names}, "results": {"bindings": bindings}}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _json_term(term: Any) -> dict[str, Any]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}
    said = {"type": "literal", "value": term.value}
    if term.language:
        said["xml:lang"] = term.language
    elif term.datatype.value != XSD + "string":
        said["datatype"] = term.datatype.value
    return said


def _xml(names: list[str], rows: Rows) -> bytes:
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n<head>']
    out += [f"<variable name={quoteattr(name)}/>" for name in names]
    out.append("</head>\n<results>\n")
    for row in rows:
        out.append("<result>")
        out += [f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>"
                for name, term in zip(names, row, strict=True) if term is not None]  # fmt: skip
        out.append("</result>\n")
    out.append("</results>\n</sparql>\n")
    return "".join(out).encode()


def _xml_term(term: Any) -> str:
    if isinstance(term, NamedNode):
        return f"<uri>{_xml_text(term.value)}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{_xml_text(term.value)}</bnode>"
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        inside = "".join(f"<{name}>{_xml_term(part)}</{name}>" for name, part in parts.items())
        return f"<triple>{inside}</triple>"
    kind = ""
    if term.language:
        kind = f" xml:lang={quoteattr(term.language)}"
    elif term.datatype.value != XSD + "string":
        kind = f" datatype={quoteattr(term.datatype.value)}"
    return f"<literal{kind}>{_xml_text(term.value)}</literal>"


def _xml_text(text: str) -> str:
    """Escaped, white space too where a reader may trim it; a control character, which XML cannot hold, is U+FFFD."""
    clean = escape(_NOT_IN_XML.sub("\ufffd", text), {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;"})
    inner = clean.strip(" ")
    if len(inner) == len(clean):
        return clean
    before = len(clean) - len(clean.lstrip(" ")) if inner else len(clean)
    return "&#32;" * before + inner + "&#32;" * (len(clean) - before - len(inner))


def _csv(names: list[str], rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_plain(term) for term in row] for row in rows)
    return out.getvalue().encode()


def _plain(term: Any) -> str:
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _tsv(names: list[str], rows: Rows) -> bytes:
    lines = ["\t".join(f"?{name}" for name in names), *("\t".join(_turtle_term(term) for term in row) for row in rows)]
    return "".join(f"{line}\n" for line in lines).encode()


def _turtle_term(term: Any) -> str:
    if term is None:
        return ""
    if isinstance(term, Triple):
        return f"<<( {' '.join(_turtle_term(part) for part in (term.subject, term.predicate, term.object))} )>>"
    short = _SHORT.get(term.datatype.value) if isinstance(term, Literal) else None
    return str(term.value) if short and short.fullmatch(term.value) else str(term)


_WRITERS: Mapping[str, Callable[[list[str], Rows], bytes]] = {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}
