"""Terms to words: labels, articles, cases, verbs, claims and proofs in sentences. Knows nothing about templates."""
