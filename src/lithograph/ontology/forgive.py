"""Repairs of RDF files that a strict parser refuses and Protégé opens; each repair says what it did.

A repair looks at the text and the parser's complaint and gives back the mended text, or nothing. Line numbers are
kept: nothing is inserted but within a line. Knows nothing about axioms.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lithograph.ontology.rdf import Graph, irregular_iris, parse
from lithograph.ontology.written import WELL_KNOWN

ROUNDS = 60
"""At most this many repairs of one file."""

Mended = tuple[str, str] | None
Repair = Callable[[str, str], Mended]


STRICT_BELOW = 4 << 20
"""Bytes of a file up to which a strict reading is tried first, to say all that is irregular."""


def parse_forgiving(data: bytes, syntax: str, *, base: str) -> tuple[Graph, list[str]]:
    """(graph, what was forgiven). Raises the parser's SyntaxError where no repair helps."""
    if syntax == "RDF/XML":
        _check_end(data)
    strict = len(data) < STRICT_BELOW
    try:
        return _regular(parse(data, syntax, base=base, strict=strict), [])
    except SyntaxError as error:
        first = complaint = error
    forgiven: list[str] = []
    text = data.decode("utf-8", errors="replace")
    for _ in range(ROUNDS):
        mended = _mended(text, str(complaint), syntax)
        if mended is not None:
            text, note = mended
            forgiven.append(note)
        elif strict:
            strict = False
        else:
            break
        try:
            return _regular(parse(text.encode(), syntax, base=base, strict=strict), forgiven)
        except SyntaxError as error:
            complaint = error
    raise first


_LAST_TAG = re.compile(rb"<(/?)([\w:.-]+)[^<>]*?(/?)>(?:\s|<!--(?:(?!-->).)*-->)*\Z", re.DOTALL)


def _check_end(data: bytes) -> None:
    """Raise SyntaxError for XML that breaks off: the parser takes what there is."""
    last = _LAST_TAG.search(data[-5000:])
    root = re.search(
        rb"<([A-Za-z_][\w:.-]*)", re.sub(rb"<!--.*?-->|<!DOCTYPE.*?\]\s*>", b"", data[:20000], flags=re.DOTALL)
    )
    if (
        last is None
        or not (last.group(1) or last.group(3))
        or (root and last.group(1) and last.group(2) != root.group(1))
    ):
        line = data.count(b"\n") + 1
        name = root.group(1).decode() if root else "rdf:RDF"
        raise SyntaxError(f"the document ends before </{name}>", ("", line, 0, ""))


def _regular(graph: Graph, forgiven: list[str]) -> tuple[Graph, list[str]]:
    """Say which IRIs should not stand as they do; they are kept."""
    irregular = irregular_iris(graph)
    if irregular:
        forgiven.append(f"{len(irregular)} IRIs are no IRIs by RFC 3987, kept as they are: {irregular[0]}")
    return graph, forgiven


def _mended(text: str, complaint: str, syntax: str) -> Mended:
    for repair in _REPAIRS["XML" if syntax == "RDF/XML" else "Turtle"]:
        mended = repair(text, complaint)
        if mended is not None and mended[0] != text:
            return mended
    return None


def _declare_prefix(text: str, complaint: str) -> Mended:
    """A prefix that everyone knows, or the empty one where there is a base."""
    found = re.search(r"The prefix (\S*): has not been declared", complaint)
    if found is None:
        return None
    prefix = found.group(1)
    iri = WELL_KNOWN.get(prefix)
    if prefix == "":
        base = re.search(r"@base\s*<([^>]*)>|^\s*BASE\s*<([^>]*)>", text, re.IGNORECASE | re.MULTILINE)
        iri = (base.group(1) or base.group(2)).rstrip("#") + "#" if base else None
    if iri is None:
        return None
    return f"@prefix {prefix}: <{iri}> . {text}", f"the prefix {prefix}: is not declared, read as {iri}"


_TURTLE_TOKEN = re.compile(
    r'''(?P<comment>\#[^\n]*)|(?P<iri><[^>\n]*>)|(?P<long>"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\')'''
    r"""|(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\.)*')""",
    re.DOTALL,
)


def _join_strings(text: str, complaint: str) -> Mended:
    """Line breaks inside a string in single quotation marks."""
    if "Line jumps are not allowed" not in complaint:
        return None
    joined = 0

    def join(found: re.Match[str]) -> str:
        nonlocal joined
        string = found.group("string")
        if string is None or "\n" not in string:
            return found.group()
        joined += 1
        return string.replace("\r", "\\r").replace("\n", "\\n")

    text = _TURTLE_TOKEN.sub(join, text)
    return text, f"{joined} strings run over several lines"


def _drop_dots(text: str, complaint: str) -> Mended:
    """A full stop before a closing bracket."""
    if "should end with a ']'" not in complaint:
        return None
    dropped = 0
    out: list[str] = []
    place = 0
    for found in re.finditer(_TURTLE_TOKEN.pattern + r"|(?P<dot>\.(?=\s*\]))", text, re.DOTALL):
        if found.group("dot"):
            out.append(text[place : found.start()])
            place = found.end()
            dropped += 1
    return "".join([*out, text[place:]]), f"{dropped} full stops stand before a closing bracket"


_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*\[(.*?)\]\s*>", re.DOTALL)
_ENTITY = re.compile(r"""<!ENTITY\s+([\w.-]+)\s+(?:"([^"]*)"|'([^']*)')\s*>""")


def _expand_entities(text: str, complaint: str) -> Mended:
    """Entities that the parser cannot read (single quotation marks …) are written out."""
    doctype = _DOCTYPE.search(text)
    if doctype is None or "ENTITY" not in complaint.upper():
        return None
    entities = {name: double or single for name, double, single in _ENTITY.findall(doctype.group(1))}
    for _ in range(10):
        entities = {n: _with_entities(v, entities) for n, v in entities.items()}
    lines = "\n" * doctype.group().count("\n")
    body = _with_entities(text[doctype.end() :], entities)
    return text[: doctype.start()] + lines + body, "the entities of the DOCTYPE are written out"


def _with_entities(text: str, entities: dict[str, str]) -> str:
    return re.sub(r"&([\w.-]+);", lambda m: entities.get(m.group(1), m.group()), text)


def _declare_namespace(text: str, complaint: str) -> Mended:
    """A namespace prefix that everyone knows."""
    found = re.search(r"Unknown prefix (\S*?):", complaint)
    if found is None or found.group(1) not in WELL_KNOWN:
        return None
    prefix, iri = found.group(1), WELL_KNOWN[found.group(1)]
    root = re.search(r"<(?:[\w.-]+:)?RDF\b", text)
    if root is None:
        return None
    declared = f'{text[: root.end()]} xmlns:{prefix}="{iri}"{text[root.end() :]}'
    return declared, f"the prefix {prefix}: is not declared, read as {iri}"


def _know_entity(text: str, complaint: str) -> Mended:
    """An entity without a DOCTYPE that is named as a well-known prefix."""
    found = re.search(r"unrecognized entity `([\w.-]+)`", complaint)
    if found is None or found.group(1) not in WELL_KNOWN:
        return None
    name, iri = found.group(1), WELL_KNOWN[found.group(1)]
    return text.replace(f"&{name};", iri), f"the entity &{name}; is not declared, read as {iri}"


def _escape_ampersands(text: str, complaint: str) -> Mended:
    """Ampersands that begin no entity."""
    if "';' after '&'" not in complaint and "entity" not in complaint.lower():
        return None
    return re.sub(r"&(?!#?\w+;)", "&amp;", text), "ampersands that begin no entity are read as they stand"


_IDS = re.compile(r"""\brdf:(ID|nodeID)\s*=\s*(["'])([^"']*)\2""")


def _mend_ids(text: str, complaint: str) -> Mended:
    """rdf:ID values that are no names (with spaces, starting with a digit): the same IRI as rdf:about."""
    if "is not a valid rdf:ID" not in complaint and "is not a valid rdf:nodeID" not in complaint:
        return None
    bad = re.search(r"(\S.*?) is not a valid rdf:(ID|nodeID) value", complaint)

    def mend(found: re.Match[str]) -> str:
        kind, quote, value = found.groups()
        if re.fullmatch(r"[^\W\d][\w.-]*", value):
            return found.group()
        safe = re.sub(r"[^\w.-]", "_", value)
        return f"rdf:about={quote}#{value}{quote}" if kind == "ID" else f"rdf:nodeID={quote}n_{safe}{quote}"

    name = bad.group(1) if bad else "a value"
    return _IDS.sub(mend, text), f"{name} is no XML name: read as a relative IRI"


def _drop_before_prolog(text: str, complaint: str) -> Mended:
    """Blank lines or stray text before the XML declaration."""
    start = text.find("<?xml")
    if start <= 0:
        return None
    lines = "\n" * text.count("\n", 0, start)
    end = text.find("?>", start) + 2
    return lines + text[end:], "something stands before the XML declaration"


_REPAIRS: dict[str, tuple[Repair, ...]] = {
    "Turtle": (_declare_prefix, _join_strings, _drop_dots),
    "XML": (_expand_entities, _declare_namespace, _know_entity, _escape_ampersands, _mend_ids, _drop_before_prolog),
}
