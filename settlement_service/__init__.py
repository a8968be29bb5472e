"""What the entities owe each other, and every figure on money or a period.

Owns the journal: double entry per legal entity and currency, append-only and hash-chained per program, with running
totals beside it. Follows the ledger's log with a cursor vector kept in the transaction of the entries.

Books what movements carry and never prices: amounts, agreements and carrying values come with the events. Keeps no
balances of members and moves no points; those are the ledger's. Writes nothing outside its own database.
"""
