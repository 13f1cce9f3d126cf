"""What an option is worth as an answer, from its summed log-likelihood. Knows no models beyond their tokens."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lithograph.train.tokens import ChatFormat


def worth_of(format: ChatFormat, probes: pa.Table, scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32[probes, options]: what decides, see docs/decisions/0035."""
    return scores
