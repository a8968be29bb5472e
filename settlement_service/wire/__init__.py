"""Protobuf ⇄ values of the domain: requests, answers, the ledger's events and totals. Total functions, no I/O."""
