"""The services the ledger calls: identity and rules."""
