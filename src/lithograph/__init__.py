"""Lithograph, the ontology press."""

__version__ = "0.1.0"
