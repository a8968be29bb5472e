"""The schema, in numbered files that are never edited once applied."""
