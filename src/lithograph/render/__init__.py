"""Claims to words: labels, sentences, templates, prints. Knows nothing about files of claims or models."""
