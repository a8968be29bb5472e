"""The ledger's lanes over a simulated clock, database and lease server, with faults at every step, from one seed.

What runs is the product's own code: router, keeper, lanes, guard, group commit, `apply`. Simulated are time (a loop
whose clock jumps to the next timer and which runs ready tasks in a random order), the database (`store`, the one double
there is; it passes the same tests as the PostgreSQL store, tests/integration/ledger/test_store_conformance.py), the
lease server (`leases`) and the calls between processes. A run is repeated by its seed.
"""
