"""One verb a file: the order of steps. What the steps need of the world is in `ports`."""
