"""The command line: parse, call one function, print. Knows nothing about ontologies."""

from __future__ import annotations

import os

import click

from lithograph import __version__
from lithograph.cli import (
    ask,
    exports,
    lab,
    ledger,
    press,
    probes,
    reason,
    scene,
    serve,
    status,
    study,
    train,
    verify,
)
from lithograph.cli.verbs import Verbs

if "OMP_WAIT_POLICY" not in os.environ:
    # Threads that wait spin shortly, then sleep: without spinning two threads are no faster than one, and with the
    # library's 300,000 turns a step beside other work takes five times as long (docs/experiments.md).
    os.environ.setdefault("GOMP_SPINCOUNT", "2000")


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="lithograph")
def main() -> None:
    """Lithograph, the ontology press: an OWL ontology in, training examples with proofs and provenance out.

    \b
    lithograph init my-project         a project of one's own
    lithograph dataset                 press the ontology into a dataset
    lithograph train                   train a LoRA on it
    lithograph query provenance        from the adapter back to the axioms
    """


for _verb in (
    press.init, press.check, press.dataset, status.status, status.diff, exports.export, exports.pack, exports.unpack,
    reason.reason, reason.prove, probes.probes, train.train, verify.verify, verify.weak, study.study, lab.lab,
    ask.ask, ask.influence, ledger.query, ledger.trace, ledger.ledger_group, serve.serve, scene.scene,
):  # fmt: skip
    main.add_command(_verb)
