"""What follows from an ontology by rule, run by Nemo; proofs made and checked again. Knows nothing about text."""
