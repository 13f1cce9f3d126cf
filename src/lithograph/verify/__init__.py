"""Verification: probes put to a model, scored, compared and shown. Knows nothing about ontologies or the ledger."""
