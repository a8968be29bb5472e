"""Settlement without I/O."""
