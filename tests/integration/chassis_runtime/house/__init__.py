"""A whole service process, small enough to be tested from outside."""
