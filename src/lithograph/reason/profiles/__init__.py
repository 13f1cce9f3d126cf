"""Which OWL 2 profiles an ontology is in, and where a reasoner's silence decides. Knows nothing about reasoners."""
