"""The demo's orders: a small, fixed extract of a public data set, the script that makes it, and where it is from."""
