"""Scenes: patterns over the claim graph, declared in OWL or YAML, and their instances. Knows nothing about text."""
