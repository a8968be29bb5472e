"""A bounded load on a mesh of this machine: a few clients that shop, spend, return and enrol until told to stop."""
