"""What follows: the closure, the calculus, models, the oracle; the status of any claim. Knows nothing about text."""
