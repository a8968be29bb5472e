"""Processes are killed under load; nothing acknowledged is lost and nothing is doubled."""
