"""A month's close of the demo program, done by three finance people and printed as an accountant reads it."""
