"""One verb a file: the order of steps."""
