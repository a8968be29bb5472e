"""Traces of the local stack as trees: what one call did, where, and for how long.

Every service of the stack, and the demo's till, appends its spans to a JSON-lines file in the data directory. Here they
are read back: `spans` reads the files, `find` picks a trace, `tree` puts its spans together, `render` draws them.
"""
