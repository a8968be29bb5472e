"""The schema of the identity database, as numbered SQL files; an applied file is never edited."""
