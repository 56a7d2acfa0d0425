"""Words, patterns, quantities and units of English. No model, no index."""
