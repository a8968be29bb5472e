"""Plain values every service shares: refusals, exact integers, money, splits, dates, ids, canonical hashes.

Owns the arithmetic rules of the product (rounding, splitting, overflow) and nothing else. Standard library
only; no I/O, no clock, no randomness.
"""
