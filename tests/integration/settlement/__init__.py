"""Settlement on a real PostgreSQL, fed by a small ledger of our own."""
