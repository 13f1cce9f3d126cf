"""Benchmarks of others as probes: one reader a file format. Their texts are never trained on."""
