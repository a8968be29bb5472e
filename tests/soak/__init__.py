"""Proofs that take long: run by `make soak`."""
