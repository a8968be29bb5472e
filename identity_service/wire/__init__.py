"""Protobuf ⇄ values of the domain. Total functions, no I/O; no fault repeats a value, which may be personal data."""
