"""What every room shares: content ids, IRIs, errors, events. Knows nothing about ontologies, text or models."""
