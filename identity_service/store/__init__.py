"""Members in PostgreSQL: named statements, and rows as values."""
