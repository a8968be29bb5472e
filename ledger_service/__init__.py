"""The ledger: whose points, how many, and why they moved.

Owns wallets, accruals, movements, orders, returns, redemptions, the directories of request ids and documents, and
the event log. It is the one place that commits points: every command of a member is decided in one serial order
by a pure state machine (`domain.apply`) and written in one transaction.

Refuses to own: who a member is (identity), what a line earns or a point is worth (rules), and every figure on
money between entities or on a period (settlement), which reads the event log and needs nothing else.
"""
