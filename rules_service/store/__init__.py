"""Revisions in PostgreSQL."""
