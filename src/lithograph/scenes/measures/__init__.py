"""Measures: how strong, dense, tense and deep an instance is, and what stands where in the graph (CONCEPTS 3)."""
