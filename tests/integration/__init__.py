"""Proofs against real servers and real processes."""
