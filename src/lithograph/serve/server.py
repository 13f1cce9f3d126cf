"""Starting and ending the server: the address, the ledger, the loop."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from lithograph.ledger.columns import column_files
from lithograph.ledger.errors import EmptyLedger
from lithograph.ledger.view import open_view
from lithograph.serve.errors import PortTaken
from lithograph.serve.options import Options

_PATIENCE = 2
"""Seconds that running answers have left once the server is told to end."""


def serve(ledger: Path, options: Options, ready: Callable[[str], None]) -> None:
    """Answer until interrupted (Ctrl-C or SIGTERM); `ready` is told the address once it can be asked.

    Raises EmptyLedger where nothing is recorded, PortTaken; what opening the view raises.
    """
    if not any(column_files(ledger, table) for table in ("builds", "runs")):
        raise EmptyLedger(ledger, "build", "dataset")
    listening = listen(options)
    try:
        open_view(ledger)  # the first question need not wait for it, and what is wrong with it is said here
        _run(ledger, options, listening, ready)
    finally:
        listening.close()


def listen(options: Options) -> socket.socket:
    """A socket at the host and port; port 0 is any free one. Raises PortTaken."""
    try:
        family, _, _, _, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=128)
    except (OSError, OverflowError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise PortTaken(options.host, options.port, reason) from error


def address_of(listening: socket.socket) -> str:
    """The address to ask at."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _run(ledger: Path, options: Options, listening: socket.socket, ready: Callable[[str], None]) -> None:
    import uvicorn

    from lithograph.serve.app import make_app
    from lithograph.serve.pool import Pool

    pool = Pool(ledger, options)

    class Server(uvicorn.Server):
        """Says when it has started, and stops what is running when it is to end."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await pool.start()
            await super().startup(sockets=sockets)
            if self.started:
                ready(address_of(listening))

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            await pool.close()
            await super().shutdown(sockets=sockets)

    config = uvicorn.Config(
        make_app(pool, options), log_config=None, access_log=False, lifespan="off", server_header=False,
        ws="none", loop="asyncio", timeout_graceful_shutdown=_PATIENCE,
    )  # fmt: skip
    try:
        Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        return  # as asked: uvicorn raises it again once all is ended
