"""The ledger over HTTP: the SPARQL 1.1 Protocol, read only.

    request ─protocol→ query and dataset ─pool→ a worker process ─negotiation, results→ bytes ─app→ response

Queries run in processes of their own, because an RDF store that counts cannot be interrupted, but a process can be
killed. Imports no stage.
"""
