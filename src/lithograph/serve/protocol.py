"""A request of the SPARQL 1.1 Protocol (2.1) read into the query and its dataset. Knows nothing about frameworks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from lithograph.serve.errors import BadRequest, ReadOnly, WrongContentType

QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
MOST = 1 << 20
"""Bytes of a body at most."""

_FIELDS = 1000
_UTF8 = frozenset({"utf-8", "utf8"})

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it was sent, and the graphs that the request names."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def read_get(query_string: bytes) -> Asked | None:
    """What a GET asks; None where it asks nothing, which is to ask for the service's description.

    Raises BadRequest, ReadOnly.
    """
    pairs = read_pairs(query_string)
    return _asked(pairs) if _values(pairs, "query") or _values(pairs, "update") else None


def read_post(query_string: bytes, content_type: str, body: bytes) -> Asked:
    """What a POST asks, as a form or directly. Raises BadRequest, ReadOnly, WrongContentType."""
    media, *parameters = (p.strip().lower() for p in content_type.split(";"))
    charset = next((p.partition("=")[2].strip('" ') for p in parameters if p.startswith("charset=")), "utf-8")
    if media not in (QUERY, FORM, UPDATE) or charset not in _UTF8:
        raise WrongContentType(content_type)
    if media == UPDATE:
        raise ReadOnly
    pairs = read_pairs(query_string)
    if media == FORM:
        asked = _asked(pairs + read_pairs(body))
        if asked is None:
            raise BadRequest("the form has no query", "Send query=… in it.")
        return asked
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"the body is not UTF-8 at byte {error.start}", "Send the query in UTF-8.") from error
    return _asked([*pairs, ("query", text)]) or Asked(text)


def read_pairs(encoded: bytes) -> Pairs:
    """The names and values of a form or an address. Raises BadRequest."""
    try:
        return parse_qsl(encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError as error:
        raise BadRequest(f"the parameters cannot be read: {error}", "Encode them as UTF-8 with %XX.") from error


def _values(pairs: Pairs, name: str) -> Sequence[str]:
    return tuple(value for key, value in pairs if key == name)


def _asked(pairs: Pairs) -> Asked | None:
    if _values(pairs, "update"):
        raise ReadOnly
    queries = _values(pairs, "query")
    if len(queries) > 1:
        raise BadRequest(f"{len(queries)} queries in one request", "Send one at a time.")
    if not queries:
        return None
    return Asked(queries[0], tuple(_values(pairs, "default-graph-uri")), tuple(_values(pairs, "named-graph-uri")))
