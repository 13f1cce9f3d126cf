"""What is refused over HTTP, each with its status and one line of text. Knows nothing about frameworks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lithograph.core.errors import LithographError
from lithograph.ledger import errors as ledger

ENDPOINT = "sparql"
"""How refusals call the endpoint."""


class Refusal(LithographError):
    """A request that is answered by a status and one line; `headers` go with it."""

    status = 400
    headers: Mapping[str, str] = {}


class BadRequest(Refusal):
    """A request that is not one of the three forms of the protocol (2.1)."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(ENDPOINT, problem, cure=cure)


class ReadOnly(Refusal):
    """An update, in whatever form."""

    status = 403

    def __init__(self) -> None:
        super().__init__(ENDPOINT, "an update is refused, the ledger is read only",
                         cure="Ask with SELECT, ASK, CONSTRUCT or DESCRIBE as `query`.")  # fmt: skip


class NothingFits(Refusal):
    """None of the formats of this kind of answer is accepted."""

    status = 406

    def __init__(self, accept: str, offered: Sequence[str]) -> None:
        super().__init__(ENDPOINT, f"no format of this answer fits 'Accept: {accept}'", facts=", ".join(offered),
                         cure="Accept one of these.")  # fmt: skip


class WrongContentType(Refusal):
    """A POST of another kind than the protocol's."""

    status = 415

    def __init__(self, given: str) -> None:
        super().__init__(
            ENDPOINT, f"a body of type {given!r} cannot be read" if given else "the body has no content type",
            cure="POST application/sparql-query in UTF-8, or query=… as application/x-www-form-urlencoded.",
        )  # fmt: skip


class WrongMethod(Refusal):
    """Another method than those that a page has."""

    status = 405

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        super().__init__(method, "this method is not allowed here", cure=f"Use {', '.join(allowed)}.")
        self.headers = {"Allow": ", ".join(allowed)}


class NoSuchPage(Refusal):
    """An address where nothing is."""

    status = 404

    def __init__(self, path: str) -> None:
        super().__init__(path, "nothing is here", cure="The pages are /, /sparql, /queries and /queries/NAME.")


class TooLarge(Refusal):
    """A body longer than any query."""

    status = 413

    def __init__(self, most: int) -> None:
        super().__init__(ENDPOINT, f"a query of more than {most} bytes is not read", cure="Ask a shorter one.")


class TooBusy(Refusal):
    """As many queries are running and waiting as are let in."""

    status = 503
    headers: Mapping[str, str] = {"Retry-After": "5"}

    def __init__(self, running: int, waiting: int) -> None:
        super().__init__(ENDPOINT, f"{running} queries are running and {waiting} waiting", cure="Ask again later.")


class Ending(Refusal):
    """A query that was running or waiting when the server was told to end."""

    status = 503

    def __init__(self) -> None:
        super().__init__(ENDPOINT, "the server is ending")


class TookTooLong(Refusal):
    """A query that was stopped at the time limit."""

    status = 504

    def __init__(self, seconds: float) -> None:
        super().__init__(ENDPOINT, f"the query took longer than {seconds:g} seconds and was stopped",
                         cure="Ask for less, or start the server with a larger --seconds.")  # fmt: skip


class WorkerGone(Refusal):
    """A query that its process did not survive."""

    status = 500

    def __init__(self, megabytes: int) -> None:
        super().__init__(ENDPOINT, "the query broke the process that worked on it",
                         facts=f"it is nested too deep, or needed more than {megabytes} MB of memory",
                         cure="Ask for less, or start the server with a larger --memory.")  # fmt: skip


class MissingInAddress(Refusal):
    """A named query asked without a parameter that it needs."""

    def __init__(self, query: str, name: str, meaning: str) -> None:
        super().__init__(f"query {query}", f"parameter {name!r} is missing", facts=meaning,
                         cure=f"Give it in the address: /queries/{query}?{name}=…")  # fmt: skip


class PortTaken(LithographError):
    """The address cannot be listened at."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"{host}:{port}", "the server cannot listen there", facts=reason,
                         cure="Give another --port or --host (--port 0 takes any free one).")  # fmt: skip


_STATUS: tuple[tuple[type[LithographError], int], ...] = (
    (ledger.BadSparql, 400),
    (ledger.RefusedSparql, 403),
    (ledger.UnknownParameter, 400),
    (ledger.MissingParameter, 400),
    (ledger.BadParameter, 400),
    (ledger.SeveralCalled, 400),
    (ledger.UnknownQuery, 404),
    (ledger.NothingCalled, 404),
    (ledger.EmptyLedger, 404),
    (ledger.LedgerBusy, 503),
)


def status_of(error: LithographError) -> int:
    """The HTTP status of an error; 500 where it is not the asker's doing."""
    if isinstance(error, Refusal):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
