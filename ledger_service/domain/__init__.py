"""The nouns of the ledger and the pure state machine that moves points."""
