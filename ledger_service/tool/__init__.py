"""The tool of whoever brings an existing program in: `python -m ledger_service import` (docs/IMPORT.md).

It runs where the files are and asks identity and the ledger, which run elsewhere; it decides nothing itself.
"""
