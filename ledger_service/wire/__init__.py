"""Protobuf ⇄ values of the ledger: total functions; every fault of a request is told at once."""
