"""Numbered SQL of the rules database."""
