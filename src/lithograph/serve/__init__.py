"""The ledger over HTTP: the SPARQL 1.1 Protocol, read only."""
