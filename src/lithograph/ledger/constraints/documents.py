"""PROV files as statements: PROV-N and PROV-JSON by the package `prov`, PROV-XML by a reader of our own.

`prov` reads XML only together with lxml, and PROV-XML needs no more than names, references and times. Of the
attributes only prov:type is kept. Knows nothing about validity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from lithograph.ledger.constraints.check import TOPLEVEL
from lithograph.ledger.constraints.statements import COLLECTION, EMPTY_COLLECTION, PROV, Statement, same_time
from lithograph.ledger.errors import NotProvenance

_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "entity": (),
    "activity": ("startTime", "endTime"),
    "agent": (),
    "wasGeneratedBy": ("entity", "activity", "time"),
    "used": ("activity", "entity", "time"),
    "wasInformedBy": ("informed", "informant"),
    "wasStartedBy": ("activity", "trigger", "starter", "time"),
    "wasEndedBy": ("activity", "trigger", "ender", "time"),
    "wasInvalidatedBy": ("entity", "activity", "time"),
    "wasDerivedFrom": ("generatedEntity", "usedEntity", "activity", "generation", "usage"),
    "wasAttributedTo": ("entity", "agent"),
    "wasAssociatedWith": ("activity", "agent", "plan"),
    "actedOnBehalfOf": ("delegate", "responsible", "activity"),
    "wasInfluencedBy": ("influencee", "influencer"),
    "alternateOf": ("alternate1", "alternate2"),
    "specializationOf": ("specificEntity", "generalEntity"),
    "mentionOf": ("specificEntity", "generalEntity", "bundle"),
    "hadMember": ("collection", "entity"),
}
"""What PROV-XML and PROV-JSON call the arguments of each kind, in the order of PROV-N."""

_CLASSES = {
    "Entity": "entity", "Activity": "activity", "Agent": "agent", "Generation": "wasGeneratedBy", "Usage": "used",
    "Communication": "wasInformedBy", "Start": "wasStartedBy", "End": "wasEndedBy", "Invalidation": "wasInvalidatedBy",
    "Derivation": "wasDerivedFrom", "Attribution": "wasAttributedTo", "Association": "wasAssociatedWith",
    "Delegation": "actedOnBehalfOf", "Influence": "wasInfluencedBy", "Alternate": "alternateOf",
    "Specialization": "specializationOf", "Mention": "mentionOf", "Membership": "hadMember",
}  # fmt: skip
"""What `prov` calls the kinds."""

_SHORTHANDS = {
    "person": "agent", "organization": "agent", "softwareAgent": "agent", "plan": "entity", "collection": "entity",
    "emptyCollection": "entity", "wasRevisionOf": "wasDerivedFrom", "wasQuotedFrom": "wasDerivedFrom",
    "hadPrimarySource": "wasDerivedFrom",
}  # fmt: skip
"""Elements of PROV-XML that say a kind and a prov:type at once."""

_FORMATS = {".provn": "provn", ".json": "json", ".provjson": "json"}
Instances = dict[str, list[Statement]]


def read_document(path: Path) -> Instances:
    """The toplevel instance of a file and its bundles by name, in the order of the file."""
    if path.suffix in (".xml", ".provx"):
        return _read_xml(path)
    if path.suffix not in _FORMATS:
        raise NotProvenance(path, f"files end in {', '.join((*_FORMATS, '.xml', '.provx'))}")
    from prov import Error
    from prov.model import ProvDocument

    try:
        document = ProvDocument.deserialize(str(path), format=_FORMATS[path.suffix])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, Error) as error:
        raise NotProvenance(path, str(error) or type(error).__name__) from error
    return document_statements(document)


def document_statements(document: Any) -> Instances:
    """A `prov.model.ProvDocument` as statements, by instance."""
    out = {TOPLEVEL: [_of_record(record) for record in document.get_records()]}
    for bundle in document.bundles:
        out[bundle.identifier.uri] = [_of_record(record) for record in bundle.get_records()]
    return out


def _of_record(record: Any) -> Statement:
    kind = _CLASSES[record.get_type().localpart]
    said = {name.localpart: value for name, value in record.formal_attributes}
    args = tuple(_value(said.get(name)) for name in _ARGUMENTS[kind])
    types = frozenset(t.uri for t in record.get_asserted_types() if hasattr(t, "uri"))
    return Statement(kind, _value(record.identifier), args, types)


def _value(value: Any) -> str | None:
    """A name or a time of `prov` as text."""
    if value is None:
        return None
    return str(value.uri) if hasattr(value, "uri") else same_time(value.isoformat())


_Scope = dict[str, str]
_Scoped = list[tuple[ElementTree.Element, _Scope]]


def _read_xml(path: Path) -> Instances:
    try:
        root, scopes = _parsed(path)
    except (OSError, ElementTree.ParseError) as error:
        raise NotProvenance(path, str(error)) from error
    if root.tag != f"{{{PROV}}}document":
        raise NotProvenance(path, f"its root is {root.tag}, not prov:document")
    out: Instances = {TOPLEVEL: []}
    for element in root:
        if element.tag in (f"{{{PROV}}}bundleContent", f"{{{PROV}}}bundle"):
            name = _attribute(path, element, "id", scopes) or f"bundle {len(out)}"
            out[name] = [s for inner in element for s in _of_element(path, inner, scopes)]
        else:
            out[TOPLEVEL] += _of_element(path, element, scopes)
    return out


def _parsed(path: Path) -> tuple[ElementTree.Element, dict[ElementTree.Element, _Scope]]:
    """The root, and for each element the prefixes that hold inside it."""
    stack: list[tuple[str, str]] = []
    scopes: dict[ElementTree.Element, _Scope] = {}
    root = None
    for event, what in ElementTree.iterparse(path, ("start", "start-ns", "end-ns")):
        if event == "start-ns":
            stack.append((str(what[0]), str(what[1])))
        elif event == "end-ns":
            stack.pop()
        else:
            root = what if root is None else root
            scopes[what] = dict(stack)
    assert root is not None  # a document without a root does not parse
    return root, scopes


def _of_element(
    path: Path, element: ElementTree.Element, scopes: dict[ElementTree.Element, _Scope]
) -> Iterator[Statement]:
    """An element as one statement; a membership as one for each member. Elements of other vocabularies say nothing."""
    if not element.tag.startswith(f"{{{PROV}}}"):
        return
    name = element.tag.rpartition("}")[2]
    kind = _SHORTHANDS.get(name, name)
    if kind not in _ARGUMENTS:
        raise NotProvenance(path, f"prov:{name} is no statement of PROV-DM")
    said: dict[str, list[str]] = {}
    types = {"collection": {COLLECTION}, "emptyCollection": {EMPTY_COLLECTION}}.get(name, set())
    for child in element:
        if child.tag == f"{{{PROV}}}type":
            types = types | _types(path, child, scopes)
            continue
        value = _attribute(path, child, "ref", scopes)
        if value is None and child.text and "time" in child.tag.lower():
            value = same_time(child.text)
        if value is not None:
            said.setdefault(child.tag.removeprefix(f"{{{PROV}}}"), []).append(value)
    wanted = _ARGUMENTS[kind]
    count = max((len(said.get(argument, ())) for argument in wanted), default=0) if kind == "hadMember" else 1
    for place in range(max(count, 1)):
        args = tuple(_nth(said.get(argument, []), place if argument == "entity" else 0) for argument in wanted)
        yield Statement(kind, _attribute(path, element, "id", scopes), args, frozenset(types))


def _nth(values: list[str], place: int) -> str | None:
    return values[place] if place < len(values) else None


def _attribute(
    path: Path, element: ElementTree.Element, name: str, scopes: dict[ElementTree.Element, _Scope]
) -> str | None:
    value = element.get(f"{{{PROV}}}{name}")
    return None if value is None else _name(path, value, scopes[element])


def _types(path: Path, element: ElementTree.Element, scopes: dict[ElementTree.Element, _Scope]) -> set[str]:
    """A prov:type that is a name; any other is a text that decides nothing."""
    text, form = (element.text or "").strip(), element.get("{http://www.w3.org/2001/XMLSchema-instance}type") or ""
    if form.endswith(":anyURI"):
        return {text}
    return {_name(path, text, scopes[element])} if form.endswith(":QName") else set()


def _name(path: Path, text: str, scope: _Scope) -> str:
    """A qualified name as an IRI."""
    prefix, _, local = text.rpartition(":")
    if prefix in scope:
        return scope[prefix] + local
    raise NotProvenance(path, f"the prefix of {text} is not declared")
