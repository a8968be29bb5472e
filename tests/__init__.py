"""Proofs of the mesh, one folder for each kind."""
