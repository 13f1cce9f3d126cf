"""Probes: questions whose right answer is computed from the ontology and which no training text states (CONCEPTS 6).

Knows nothing about models. What is held out of training is decided in `lithograph.select`, before anything is rendered.
"""
