"""How often somebody may do something: token buckets, exact in whole numbers, kept in memory and shared through Valkey.

No business word: a service says which buckets a call is charged to. See docs/adr/0068.
"""
