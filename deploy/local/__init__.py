"""The whole mesh on one machine without containers: real servers from wheels, four service processes.

The services need only addresses and URLs (see ``services.py``); this package is one way to provide them.
Linux only: it relies on /proc and on the parent-death signal.
"""
