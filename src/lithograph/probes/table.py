"""The columns of a set of probes, and reading one. Knows nothing about how probes are made or asked.

A set lies in `datasets/NAME/probes/{part}.parquet`, one file a part, rows in the order of their ids.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.core.errors import LithographError

PARTS = ("dev", "test")
"""Only the development part feeds anything back; what is tuned on the test part measures nothing."""
PROBE_SPLITS = ("memory", "reasoning", "transfer")

PROBES = pa.schema([
    ("id", pa.string()), ("part", pa.string()), ("probe_split", pa.string()), ("axis", pa.string()),
    ("kind", pa.string()), ("form", pa.string()), ("language", pa.string()), ("register", pa.string()),
    ("level", pa.string()), ("depth", pa.int16()), ("question", pa.string()), ("options", pa.list_(pa.string())),
    ("answer", pa.int8()), ("truth", pa.string()), ("scene", pa.string()), ("group", pa.string()),
    ("claims", pa.list_(pa.string())), ("nodes", pa.list_(pa.string())), ("axioms", pa.list_(pa.string())),
    ("proof", pa.string()), ("evidence", pa.string()), ("premises", pa.list_(pa.string())),
])  # fmt: skip
"""One row a probe.

id        urn:litho:probe:… of what is asked, of whom, in which words
part      dev or test; probe_split: memory, reasoning or transfer
kind      what is asked, finer than the axis: isa, has, follows, direction, sign, chain, removal, analogy, riddle …
form      yes_no (options yes, no, cannot be known; or the two of them that the ontology has), choice (any other)
level     atom, star, chain, tableau; depth: the least height of a proof of the key, 0 where it is asserted; of what
          cannot be known that of the true claim that it was made from; of what is computed how often claims are joined
question  the user's turn, whole (premises and listed options in it, where the probe gives them)
options   what may be answered, each as the assistant would begin its turn; answer: the index of the right one
truth     asserted, entailed, refuted, unknown or computed: of the claim that is asked about
scene     IRI of the scene whose training examples exercise the same, or null
group     probes that were made by swapping parts of one another: kept together in cross-validation and resampling
claims    urns of the canonical claims that the key states (of what is computed and not of the memory split one urn of
          its own); axioms: urns of the justification; nodes: IRIs asked about
evidence  proof, certificate or computed; proof: its urn, null for a certificate
premises  what the question gives before it asks, sentence by sentence; empty unless it does
"""


class NoProbes(LithographError):
    """A dataset without probes, or a file that holds none."""

    def __init__(self, place: Path, problem: str, cure: str = "Press the dataset again with: make dataset") -> None:
        super().__init__(place, problem, cure=cure)


def probe_path(dataset: Path, part: str) -> Path:
    """The file of a part of a dataset's probes."""
    return dataset / "probes" / f"{part}.parquet"


def read_probes(dataset: Path, part: str) -> pa.Table:
    """A part of a dataset's probes, in the order of their ids. Raises NoProbes."""
    path = probe_path(dataset, part)
    if not path.is_file():
        raise NoProbes(path, "this dataset has no probes")
    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise NoProbes(path, f"cannot be read as probes: {str(error).splitlines()[0]}") from error
    missing = [name for name in PROBES.names if name not in table.column_names]
    if missing:
        raise NoProbes(path, f"the column '{missing[0]}' is missing")
    if not table.num_rows:
        raise NoProbes(path, f"the {part} part is empty", "Ask for more probes, or take an ontology that says more.")
    return table.select(PROBES.names).cast(PROBES)
