"""What the ledger hands over to other programs: PROV documents of a run, and the whole view as RDF."""
