"""Which syntax and encoding a file has, by its content and not its name."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

XML_SYNTAXES = ("RDF/XML", "OWL/XML")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A file's text in UTF-8, its syntax (best guess first) and the encoding it was written in."""

    data: bytes
    syntaxes: tuple[str, ...]
    encoding: str = "utf-8"
    mended: tuple[str, ...] = ()


_BLOCK = 1 << 20
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def decoded(raw: bytes) -> tuple[bytes, str, tuple[str, ...]]:
    """(UTF-8 bytes without a byte-order mark, encoding found, what was mended)."""
    for mark, name in _BOMS:
        if raw.startswith(mark):
            body = raw[len(mark) :]
            return (body, name, ()) if name == "utf-8" else (_utf8(body, name), name, ())
    if raw[:4] in (b"<\x00?\x00", b"<\x00r\x00", b"@\x00p\x00"):
        return _utf8(raw, "utf-16-le"), "utf-16-le", ()
    if raw[:4] in (b"\x00<\x00?", b"\x00<\x00r", b"\x00@\x00p"):
        return _utf8(raw, "utf-16-be"), "utf-16-be", ()
    said = _DECLARED.match(raw[:200].lstrip())
    name = said.group(1).decode().lower() if said else "utf-8"
    if name not in ("utf-8", "utf8"):
        try:
            return _utf8(raw, name), name, ()
        except (LookupError, UnicodeDecodeError):
            pass
    if raw.isascii():
        return raw, "utf-8", ()
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(raw), _BLOCK):
            decoder.decode(raw[start : start + _BLOCK], final=start + _BLOCK >= len(raw))
    except UnicodeDecodeError:
        return _utf8(raw, "cp1252"), "cp1252", ("it is not UTF-8: read as Windows-1252",)
    return raw, "utf-8", ()


def _utf8(body: bytes, name: str) -> bytes:
    text = body.decode(name) if name != "cp1252" else body.decode("cp1252", errors="replace")
    return re.sub(r"""(<\?xml[^>]*?encoding\s*=\s*)(["'])[A-Za-z0-9._-]+\2""", r"\1\2utf-8\2", text, count=1).encode()


def sniff(raw: bytes) -> Sniffed:
    """Syntax and encoding of a file's bytes; no syntax for what is none we know."""
    data, encoding, mended = decoded(raw)
    return Sniffed(data, _syntaxes(data), encoding, mended)


_COMMENT = re.compile(
    rb"\A(?:\s+|#[^\n]*(?:\n|\Z)|<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)+", re.DOTALL
)
_FUNCTIONAL = re.compile(rb"\A(?:Prefix\s*\(|Ontology\s*\()")
_MANCHESTER = re.compile(
    rb"\A(?:Prefix|Ontology|Class|ObjectProperty|DataProperty|Individual|AnnotationProperty|Datatype|Import|Annotations|Namespace):"
)
_OBO = re.compile(rb"(?m)^(?:format-version:|\[Term\]|\[Typedef\]|ontology: )")
_NODE = rb"(?:<[^>\s]*>|_:\S+)"
_NTRIPLE = re.compile(
    rb"\A" + _NODE + rb"\s*<[^>\s]*>\s*(?:" + _NODE + rb'|"(?:[^"\\\n]|\\.)*"\S*)\s*(' + _NODE + rb")?\s*\.\s*(?:\n|\Z)"
)
_TURTLE = re.compile(rb"\A(?:@prefix|@base|@forAll|@forSome|prefix\s|base\s|\[|<|_:|[\w.-]*:)", re.IGNORECASE)


_SPARQL = re.compile(
    rb"\A(?:(?:prefix\s+\S*\s*<[^>]*>|base\s*<[^>]*>|#[^\n]*\n)\s*)*"
    rb"(?:select|construct|ask|describe|insert|delete|with|load|clear)\b",
    re.IGNORECASE,
)
_OTHER_XML = frozenset({b"catalog", b"html", b"HTML", b"svg", b"project", b"urlset", b"rss", b"feed"})


def _syntaxes(data: bytes) -> tuple[str, ...]:
    start = _COMMENT.match(data[:200_000])
    body = data[start.end() if start else 0 :]
    head = body[:4000]
    if head.startswith(b"<") and re.match(rb"<([A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*[\s/>]", head):
        root = re.match(rb"<(?:[\w.-]+:)?([\w.-]+)", head)
        name = root.group(1) if root else b""
        return () if name in _OTHER_XML else ("OWL/XML",) if name == b"Ontology" else ("RDF/XML",)
    if _FUNCTIONAL.match(head):
        return ("Functional",)
    if _MANCHESTER.match(head):
        return ("Manchester",)
    if head[:1] in (b"{", b"[") and re.search(rb'"@(?:context|id|graph|type|value)"', data):
        return ("JSON-LD",)
    if _OBO.search(data[:20_000]) and not re.match(rb"@prefix|prefix ", head, re.IGNORECASE):
        return ("OBO",)
    line = _NTRIPLE.match(body)
    if line:
        return ("N-Quads", "TriG") if line.group(1) else ("N-Triples", "Turtle", "N-Quads")
    if _SPARQL.match(head):
        return ()
    if _TURTLE.match(head):
        return ("Turtle", "TriG", "N3") if b"{" in data else ("Turtle", "N3")
    return ()
