"""The pages of the server: the endpoint, the named queries, the explorer. Turns refusals into statuses."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib import resources

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lithograph.core.errors import LithographError
from lithograph.core.vocabulary import PREFIXES
from lithograph.ledger.errors import MissingParameter
from lithograph.ledger.named import NamedQuery, arguments, find_named, named_queries
from lithograph.serve.description import described, queries_described
from lithograph.serve.errors import (
    BadRequest,
    MissingInAddress,
    NoSuchPage,
    NothingFits,
    Refusal,
    TooLarge,
    WrongMethod,
    status_of,
)
from lithograph.serve.negotiation import TRIPLES, Format, choose
from lithograph.serve.options import Options
from lithograph.serve.pool import Done, Job, Pool
from lithograph.serve.protocol import MOST, Asked, read_get, read_pairs, read_post

CUT = "Lithograph-Truncated"
"""The header of an answer that was cut; its value is the number of rows that were kept."""

_ASKING = ("GET", "HEAD", "POST", "OPTIONS")
_READING = ("GET", "HEAD", "OPTIONS")
_EVERY = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
_LIST = Format("list", "application/json")
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": CUT,
    "X-Content-Type-Options": "nosniff",
}
_PAGE = {"Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
         "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}  # fmt: skip

Page = Callable[[Request], Awaitable[Response]]


def make_app(pool: Pool, options: Options) -> Starlette:
    """The application over a pool of workers that have been started."""

    async def endpoint(request: Request) -> Response:
        asked = await _asked(request)
        return await (_description(request, pool, options) if asked is None else _ask(request, pool, options, asked))

    async def named(request: Request) -> Response:
        return await _ask_named(request, pool, options)

    pages: Sequence[tuple[str, Page, Sequence[str]]] = (
        ("/", _explorer, _READING), ("/sparql", endpoint, _ASKING), ("/sparql/", endpoint, _ASKING),
        ("/queries", _queries, _READING), ("/queries/{name}", named, _READING),
    )  # fmt: skip
    return Starlette(
        routes=[Route(path, _guarded(page, methods), methods=list(_EVERY)) for path, page, methods in pages],
        exception_handlers={404: _nowhere, 405: _nowhere}
    )  # fmt: skip


def _guarded(page: Page, methods: Sequence[str]) -> Page:
    """A page that answers OPTIONS, refuses methods that it has not, and tells an error in one line."""

    async def answer(request: Request) -> Response:
        try:
            if request.method == "OPTIONS":
                return _options(methods)
            if request.method not in methods:
                raise WrongMethod(request.method, methods)
            return await page(request)
        except LithographError as error:
            return _line(status_of(error), str(error), error.headers if isinstance(error, Refusal) else {})

    return answer


def _options(methods: Sequence[str]) -> Response:
    allowed = ", ".join(methods)
    return Response(status_code=204, headers={
        **_HEADERS, "Allow": allowed, "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": "Accept, Content-Type", "Access-Control-Max-Age": "86400"})  # fmt: skip


def _line(status: int, text: str, headers: Mapping[str, str]) -> Response:
    return Response(f"{text}\n", status, {**_HEADERS, **headers}, "text/plain")


async def _nowhere(request: Request, _: Exception) -> Response:
    error = NoSuchPage(request.url.path)
    return _line(error.status, str(error), {})


async def _asked(request: Request) -> Asked | None:
    query_string = bytes(request.scope["query_string"])
    if request.method != "POST":
        return read_get(query_string)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST:
            raise TooLarge(MOST)
    return read_post(query_string, request.headers.get("content-type", ""), body)


def _accept(request: Request) -> str | None:
    given = request.headers.getlist("accept")
    return ", ".join(given) if given else None


def _address(request: Request) -> str:
    """The IRI of the endpoint as the client called it: where relative IRIs of a query begin."""
    return str(request.url.replace(path="/sparql", query="", fragment=""))


async def _ask(request: Request, pool: Pool, options: Options, asked: Asked) -> Response:
    return _answered(options, await pool.ask(
        Job(asked.text, base=_address(request), default_graphs=asked.default_graphs, named_graphs=asked.named_graphs,
            accept=_accept(request))))  # fmt: skip


async def _ask_named(request: Request, pool: Pool, options: Options) -> Response:
    query = find_named(request.path_params["name"])
    pairs = read_pairs(bytes(request.scope["query_string"]))
    given = dict(pairs)
    if len(given) < len(pairs):
        raise BadRequest("a parameter is given twice", "Give each once.")
    try:
        arguments(query, given)
    except MissingParameter as error:
        missing = next(p for p in query.parameters if p.default is None and p.name not in given)
        raise MissingInAddress(query.name, missing.name, missing.meaning) from error
    return _answered(options, await pool.ask(Job(name=query.name, given=given, accept=_accept(request))))


def _answered(options: Options, done: Done) -> Response:
    if done.status != 200:
        return _line(done.status, done.body.decode(), {})
    headers = {**_HEADERS, "Vary": "Accept"}
    if done.cut:
        headers[CUT] = str(options.rows)
    return Response(done.body, 200, headers, done.media)


async def _description(request: Request, pool: Pool, options: Options) -> Response:
    done = await pool.ask(Job("SELECT DISTINCT ?g WHERE { GRAPH ?g {} } ORDER BY ?g", accept="application/json"))
    if done.status != 200:
        return _answered(options, done)
    graphs = [row["g"]["value"] for row in json.loads(done.body)["results"]["bindings"]]
    try:
        sent = described(_address(request), graphs, options, _accept(request))
    except ValueError as error:
        raise BadRequest(f"the address is no IRI: {error}", "Mend the Host header.") from error
    if sent is None:
        raise NothingFits(_accept(request) or "", [f.media for f in TRIPLES])
    return Response(sent[0], 200, {**_HEADERS, "Vary": "Accept"}, sent[1])


async def _queries(request: Request) -> Response:
    accept = _accept(request)
    chosen = choose(accept, (_LIST, *TRIPLES))
    if chosen is None:
        raise NothingFits(accept or "", [f.media for f in (_LIST, *TRIPLES)])
    if chosen[0] is _LIST:
        listed = {"prefixes": PREFIXES, "queries": [_listed(q) for q in named_queries().values()]}
        sent: tuple[bytes, str] | None = json.dumps(listed, ensure_ascii=False).encode(), chosen[1]
    else:
        sent = queries_described(accept)
    assert sent is not None
    return Response(sent[0], 200, {**_HEADERS, "Vary": "Accept"}, sent[1])


def _listed(query: NamedQuery) -> dict[str, object]:
    parameters = [
        {"name": p.name, "type": p.type, "meaning": p.meaning, "default": p.default} for p in query.parameters
    ]
    return {"name": query.name, "title": query.title, "question": query.question, "parameters": parameters,
            "href": f"queries/{query.name}", "sparql": query.text}  # fmt: skip


async def _explorer(request: Request) -> Response:
    page = (resources.files("lithograph.serve") / "explorer.html").read_text(encoding="utf-8")
    return Response(page, 200, {**_HEADERS, **_PAGE}, "text/html")
