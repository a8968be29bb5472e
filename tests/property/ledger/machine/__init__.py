"""The whole ledger once more, told naively from docs/DOMAIN.md: facts in lists, every sum recomputed from them."""
