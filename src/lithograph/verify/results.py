"""A model's answers to probes: one row a probe. Knows nothing about how options were scored.

Which option is an answer is decided by `worth`: the log-likelihood of the option. Probabilities are taken among the
options alone (a softmax), so they say how a model divides its belief among what may be answered.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

RESULTS = pa.schema([
    ("id", pa.string()), ("answer", pa.int8()), ("correct", pa.bool_()), ("score", pa.float32()),
    ("confidence", pa.float32()),
])  # fmt: skip
"""id: the probe's; answer: index of the option that was chosen; score: the share that the right option got, among the
options; confidence: the share of the chosen one. Both in [0,1]."""


def results_of(probes: pa.Table, worth: NDArray[np.float32]) -> pa.Table:
    """The answers that these worths mean, in the table's order. worth: float32[probes, options], NaN beyond a probe's
    own options; of equal ones the first is the answer."""
    if not probes.num_rows:
        return RESULTS.empty_table()
    key = np.asarray(probes["answer"].to_pylist(), np.int64)
    shares = shares_of(worth)
    answer = np.nanargmax(shares, axis=1)
    places = np.arange(len(key))
    return pa.table(
        {"id": probes["id"].combine_chunks(), "answer": answer.astype(np.int8), "correct": answer == key,
         "score": shares[places, key], "confidence": shares[places, answer]}, schema=RESULTS,
    )  # fmt: skip


def shares_of(worth: NDArray[np.float32]) -> NDArray[np.float32]:
    """Worths as shares that sum to 1 over each row's options; NaN stays NaN.

    >>> shares_of(np.array([[0.0, 0.0, np.nan]], np.float32)).tolist()
    [[0.5, 0.5, nan]]
    """
    raised = np.exp(worth.astype(np.float64) - np.nanmax(worth, axis=1, keepdims=True))
    shares: NDArray[np.float32] = (raised / np.nansum(raised, axis=1, keepdims=True)).astype(np.float32)
    return shares
