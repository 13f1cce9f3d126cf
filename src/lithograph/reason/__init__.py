"""Rules, closure, and what a complete reasoner says. Knows nothing about text or training."""
