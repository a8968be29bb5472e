"""The books in PostgreSQL: statements in named files, rows to values and back, no decision."""
