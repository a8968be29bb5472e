"""Members, identifiers and resolutions as frozen values, and what is decided about them without any I/O."""
