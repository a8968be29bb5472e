"""What every rpc passes through, in the order that `order.py` declares. One concern a file."""
