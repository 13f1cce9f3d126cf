"""Circles in a graph of events: Tarjan's components without recursion, then the shortest way round. Knows no PROV."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

Edges = Sequence[Sequence[int]]
"""For each node, the numbers of the edges that leave it."""


def strict_circles(leaving: Edges, targets: Sequence[int], strict: Sequence[bool]) -> Iterator[list[int]]:
    """For each strongly connected component with a strict edge inside, a shortest circle through its first such edge.

    A circle is the edges in order, the strict one first. Time is linear in nodes and edges, plus the search in each
    component that is found guilty.
    """
    component = _components(leaving, targets)
    guilty: set[int] = set()
    for node, edges in enumerate(leaving):
        for edge in edges:
            if strict[edge] and component[node] == component[targets[edge]] and component[node] not in guilty:
                guilty.add(component[node])
                yield [edge, *_way(leaving, targets, component, targets[edge], node)]


def _components(leaving: Edges, targets: Sequence[int]) -> list[int]:
    """The number of each node's strongly connected component (Tarjan 1972)."""
    n = len(leaving)
    index, low, component = [-1] * n, [0] * n, [-1] * n
    stack: list[int] = []
    count = found = 0
    for root in range(n):
        if index[root] >= 0:
            continue
        index[root] = low[root] = count
        count += 1
        stack.append(root)
        work = [(root, iter(leaving[root]))]
        while work:
            node, edges = work[-1]
            for edge in edges:
                target = targets[edge]
                if index[target] < 0:
                    index[target] = low[target] = count
                    count += 1
                    stack.append(target)
                    work.append((target, iter(leaving[target])))
                    break
                if component[target] < 0 and index[target] < low[node]:
                    low[node] = index[target]
            else:
                work.pop()
                if work and low[node] < low[work[-1][0]]:
                    low[work[-1][0]] = low[node]
                if low[node] == index[node]:
                    while component[node] < 0:
                        component[stack.pop()] = found
                    found += 1
    return component


def _way(leaving: Edges, targets: Sequence[int], component: Sequence[int], start: int, goal: int) -> list[int]:
    """The edges of a shortest way from start to goal inside their component; empty where they are one."""
    came: dict[int, tuple[int, int]] = {}
    queue = deque([start])
    while queue and goal != start and goal not in came:
        node = queue.popleft()
        for edge in leaving[node]:
            target = targets[edge]
            if component[target] == component[start] and target != start and target not in came:
                came[target] = (node, edge)
                queue.append(target)
    way = []
    node = goal
    while node != start:
        node, edge = came[node]
        way.append(edge)
    return way[::-1]
