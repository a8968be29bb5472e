"""From obligations between entities to the fewest payments that clear them, and a check by other code. Pure."""
