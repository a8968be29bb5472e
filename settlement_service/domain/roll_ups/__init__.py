"""Roll-ups over network, region, operator and location: what each measure is, and what a batch adds to it."""
