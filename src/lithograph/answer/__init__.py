"""Answering: a question to an adapter, to the base, or to the base with a scene in its context.

Routing among adapters and healing at answering time have their place here. Knows nothing about ontologies or the
ledger.
"""
