"""The audit log: who did what, on whom, from where, with what result. Append-only, gap-free, chained by hash.

A service lends its database (table `audit_log`, head row `audit_head`); `AuditLog` writes through one batcher a
process, so that all that queued shares a commit, and every process of the service writes to the same chain under the
lock of its head. Records hold opaque ids only. See docs/adr/0067.
"""
