"""The worker that answers claims, made to ask modules and the schema from the first question on.

It does so by itself only where an ontology is slow or holds many assertions; so small ones test that way too.
"""

from __future__ import annotations

from lithograph.reason.oracle import places as ask_places
from lithograph.reason.oracle.ask_worker import answer
from lithograph.reason.oracle.worker import serve

ask_places.SLOW, ask_places.SEEN, ask_places.KNOWN = -1.0, 1, 0

if __name__ == "__main__":
    serve(answer)
