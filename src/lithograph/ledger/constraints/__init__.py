"""Whether provenance is valid: W3C PROV-CONSTRAINTS (REC, 30 April 2013). Knows no stage and no ontology."""
