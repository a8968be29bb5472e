"""Real and real-shaped orders through the whole mesh, compared to the unit with independent arithmetic."""
