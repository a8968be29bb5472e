"""Who a member is.

Owns members, the identifiers that point to them (cards, phones, e-mails, accounts), the links that merges make
between members, and the audit record of every change to them. It is the one place that knows personal data:
values of identifiers lie in one table of their own, everything else holds opaque ids and keyed fingerprints.

Refuses to own points, tiers, orders and money (the ledger's and settlement's), the programs themselves (the rules
service's; this service follows their revisions to know which exist), and any decision of its own to merge two persons:
it proposes duplicates with what speaks for them, and a person decides, or a rule that the program has stated.
"""
