"""The ledger's use cases: one verb a file, the order of steps and nothing else."""
