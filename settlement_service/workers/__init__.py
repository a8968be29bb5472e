"""Loops beside the rpcs: intake of the ledger's log, and the directory of programs."""
