"""A server started as a user starts it, on a free port of this machine, and a plain client for it."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

_MAIN = "from lithograph.cli import main; main(prog_name='lithograph')"


RUNAWAY = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"
"""Some hundreds of triples to the power of five."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def line(self) -> str:
        """The one line that a refusal is."""
        assert self.media == "text/plain"
        text = self.body.decode()
        assert text.endswith("\n")
        assert text.count("\n") == 1, text
        return text.strip()


@dataclass(frozen=True, slots=True)
class Served:
    """A running server."""

    address: str
    process: subprocess.Popen[str]

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """One request as it is given, nothing added but what HTTP asks for."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, named, response.read())
        finally:
            connection.close()

    def ask(self, query: str, accept: str | None = None) -> Reply:
        """A query by GET."""
        return self.send("GET", f"/sparql?query={quote(query)}", {"Accept": accept} if accept else None)

    @contextmanager
    def begun(self, query: str) -> Iterator[http.client.HTTPConnection]:
        """A query by GET that has been sent; its answer can be read from the connection."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=120)
        try:
            connection.request("GET", f"/sparql?query={quote(query)}")
            yield connection
        finally:
            connection.close()

    def named(self, name: str, accept: str | None = None, **given: object) -> Reply:
        """A named query."""
        return self.send("GET", f"/queries/{name}?{urlencode(given)}", {"Accept": accept} if accept else None)

    def interrupt(self) -> tuple[int, str]:
        """Ctrl-C: the exit code, and what it said to the error stream once it and all its workers had ended."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


@contextmanager
def serving(project: Path, *options: str) -> Iterator[Served]:
    """A server over a project's ledger, ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", _MAIN, "serve", "--project", str(project), "--port", "0", *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        address = next((word for word in said.split() if word.startswith("http://")), None)
        if address is None:
            process.kill()
            pytest.fail(f"the server did not start: {said}{process.communicate()[1]}")
        yield Served(address, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
