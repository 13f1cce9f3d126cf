"""Queries that run away, clients that come at once, ledgers that grow: what the server stands."""

from __future__ import annotations

import asyncio
import json
import re
import select
import signal
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from served import RUNAWAY, Served, serving

from lithograph.cli import main
from lithograph.ledger.ask import Ledger
from lithograph.serve.errors import Ending, TooBusy
from lithograph.serve.options import Options
from lithograph.serve.pool import Done, Job, Pool

BUILDS = "SELECT ?slug WHERE { ?b a litho:Build ; litho:slug ?slug } ORDER BY ?slug"


def cells(body: bytes) -> list[list[str]]:
    found = json.loads(body)
    rows = found["results"]["bindings"]
    return [[row[name]["value"] for name in found["head"]["vars"] if name in row] for row in rows]


def test_a_query_that_runs_away_is_stopped_and_the_next_is_answered(hasty: Served) -> None:
    reply = hasty.ask(RUNAWAY)
    assert reply.status == 504
    assert reply.line.startswith("sparql: the query took longer than 3 seconds and was stopped.")
    assert cells(hasty.ask(BUILDS).body) == [["plant-1"], ["plant-2"]]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process by RLIMIT_DATA")
def test_a_query_that_sorts_more_than_memory_holds_breaks_only_its_own_process(plant: Ledger) -> None:
    everything = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?f ?c"
    with serving(plant.path.parent, "--memory", "200", "--workers", "1", "--seconds", "120") as server:
        reply = server.ask(everything)
        assert reply.status == 500
        assert "needed more than 200 MB of memory" in reply.line
        assert cells(server.ask(BUILDS).body) == [["plant-1"], ["plant-2"]]


def test_a_query_nested_too_deep_is_an_error_and_the_next_is_answered(hasty: Served) -> None:
    depth = 60_000
    reply = hasty.send(
        "POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"ASK " + b"{" * depth + b"}" * depth
    )
    assert reply.status in (400, 500)
    assert reply.line
    assert hasty.ask("ASK {}").status == 200


def test_who_comes_when_all_places_are_taken_is_told_to_come_again(hasty: Served) -> None:
    with ThreadPoolExecutor(6) as clients:
        replies = list(clients.map(lambda _: hasty.ask(RUNAWAY), range(6)))
    by_status = {status: [r for r in replies if r.status == status] for status in (503, 504)}
    assert len(by_status[503]) + len(by_status[504]) == 6
    assert by_status[504]
    assert by_status[503]
    assert all(int(r.headers["retry-after"]) > 0 for r in by_status[503])
    assert by_status[503][0].line == "sparql: 1 queries are running and 0 waiting. Ask again later."
    assert hasty.ask("ASK {}").status == 200


def test_one_client_is_answered_while_the_query_of_another_runs(plant: Ledger) -> None:
    with serving(plant.path.parent) as server, server.begun(RUNAWAY) as slow:
        assert cells(server.ask(BUILDS).body) == [["plant-1"], ["plant-2"]]
        assert select.select([slow.sock], [], [], 0)[0] == []


def test_many_clients_at_once_each_get_their_own_answer(served: Served) -> None:
    def ask(number: int) -> list[list[str]]:
        return cells(served.ask(f"SELECT ?n WHERE {{ VALUES ?n {{ {number} }} }}").body)

    with ThreadPoolExecutor(8) as clients:
        assert list(clients.map(ask, range(8))) == [[[str(n)]] for n in range(8)]


def test_a_build_made_while_serving_is_in_the_next_answer(world: ModuleType, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.record_build(world.build(1), world.tables(1))
    with serving(tmp_path) as server:
        for _ in range(3):  # all workers have the old view open
            assert cells(server.ask(BUILDS).body) == [["plant-1"]]
        ledger.record_build(world.build(2), world.tables(2))
        for _ in range(3):
            assert cells(server.ask(BUILDS).body) == [["plant-1"], ["plant-2"]]
        ledger.record_run(world.write_run(tmp_path / "runs"))
        assert cells(server.named("provenance", limit=1).body)


def test_every_worker_sees_the_steps_that_one_has_expanded(world: ModuleType, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger")
    ledger.record_build(world.build(1), world.tables(1))
    ledger.record_run(world.write_run(tmp_path / "runs"))
    steps = "SELECT (COUNT(*) AS ?steps) WHERE { GRAPH ?g { ?s a litho:Step } }"
    with serving(tmp_path) as server:
        assert [cells(server.ask(steps).body) for _ in range(3)] == [[["0"]]] * 3
        assert server.named("loss-spikes").status == 200
        assert [cells(server.ask(steps).body) for _ in range(3)] == [[["4"]]] * 3


def test_ctrl_c_ends_the_server_and_its_workers_and_whoever_asked_is_told(plant: Ledger) -> None:
    with serving(plant.path.parent) as server, server.begun(RUNAWAY) as running:
        assert server.ask("ASK {}").status == 200
        assert server.interrupt() == (0, "")
        response = running.getresponse()
        assert (response.status, response.read()) == (503, b"sparql: the server is ending.\n")


def test_who_waits_for_a_place_is_told_when_the_server_ends(plant: Ledger) -> None:
    async def ended() -> list[BaseException | Done]:
        pool = Pool(plant.path, Options(workers=1, waiting=1))
        await pool.start()
        asked = [asyncio.create_task(pool.ask(Job(RUNAWAY))) for _ in range(3)]
        with pytest.raises(TooBusy):
            await asked[2]
        await pool.close()
        return await asyncio.gather(*asked[:2], return_exceptions=True)

    assert [type(said) for said in asyncio.run(ended())] == [Ending, Ending]


def test_workers_do_not_outlive_a_server_that_is_killed(plant: Ledger) -> None:
    with serving(plant.path.parent, "--seconds", "1") as server, server.begun(RUNAWAY):
        assert server.ask("ASK {}").status == 200
        server.process.send_signal(signal.SIGKILL)
        server.process.communicate(timeout=60)  # ends once nobody holds the error stream any more
        assert server.process.returncode == -signal.SIGKILL


def test_a_port_in_use_and_a_ledger_that_is_not_there_are_one_line_each(plant: Ledger, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(main, ["serve", "--project", str(plant.path.parent), "--port", port])
    assert done.exit_code == 2
    assert re.fullmatch(
        rf"lithograph: 127\.0\.0\.1:{port}: the server cannot listen there \(.+\)\. Give another --port .+\n",
        done.stderr,
    )
    done = CliRunner().invoke(main, ["serve", "--project", str(tmp_path), "--port", "0"])
    assert done.exit_code == 2
    assert done.stderr.endswith("ledger: no build is recorded. Run `lithograph dataset` first.\n")
    assert done.stderr.count("\n") == 1
    done = CliRunner().invoke(main, ["serve", "--project", str(plant.path.parent), "--host", "256.0.0.1"])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert list(tmp_path.iterdir()) == []
