"""Contracts and program files ⇄ domain values. Total functions; every fault of an input is reported at once."""
