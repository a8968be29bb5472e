"""The launcher's parts that need no server."""
