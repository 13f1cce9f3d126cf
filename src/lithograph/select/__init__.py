"""Which instances are printed, how often, and in which split. Knows nothing about words or files."""
