"""Loops beside the rpcs."""
