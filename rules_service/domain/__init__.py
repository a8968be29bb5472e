"""Programs as values, their rules, and the pure functions that judge orders by them."""
