"""Measurements: ratios within one run, against yardsticks of the same minute on the same machine.

`python -m tests.bench` (``make bench``) takes less than ten minutes and writes docs/reference/benchmarks.md;
``--quick`` takes less than two minutes and only prints. Everything listens on the loopback address, lives in
a directory that is removed, and ends by itself. Exit code 1 if a claim of `claims.py` does not hold; the goals of
`goals.py` are recorded.
"""
