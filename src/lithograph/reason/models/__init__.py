"""Finite models: interpretations, a checker of OWL 2 axioms that shares nothing with the rules, a bounded finder."""
