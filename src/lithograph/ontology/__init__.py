"""Files to axioms to claims. Knows nothing about scenes, text or training."""
