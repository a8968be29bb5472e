"""The services that settlement calls: the ledger and the rules."""
