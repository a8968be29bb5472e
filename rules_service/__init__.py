"""Rules: what a line earns and what a point is worth.

Owns the whole configuration of every program (brands, entities, locations, earn rules, point values, agreements)
as immutable revisions addressed by content hash, and the pure decisions made from it: the evaluation of orders and
the terms of redemptions.

Refuses to own balances, members, orders or money owed: it decides, keeps nothing about anybody, and calls nobody.
The other services follow `StreamProgramRevisions` and keep revisions in memory; the ledger commits what is decided
here.
"""
