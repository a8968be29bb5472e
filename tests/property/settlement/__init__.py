"""Properties of the books over random histories."""
