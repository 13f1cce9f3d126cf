"""Memory depth: how far an instance has to be thought back to what axioms say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph
from lithograph.scenes.instances import Instances


def memory_depth(graph: ClaimGraph, instances: Instances) -> NDArray[np.int16]:
    """The greatest proof depth among the claims of each instance, int16[n]; 0 where an axiom says every one."""
    claims = instances.claims
    if not len(instances):
        return np.empty(0, np.int16)
    deepest = np.maximum.reduceat(np.append(graph.depth[claims.values], np.int16(0)), claims.offsets[:-1])
    return np.where(np.diff(claims.offsets) > 0, deepest, 0).astype(np.int16)
