"""The launcher against real servers and real processes."""
