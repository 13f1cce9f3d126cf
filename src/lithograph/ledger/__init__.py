"""The ledger: what every stage said it did, in columns, and SPARQL over it. Imports no stage."""
