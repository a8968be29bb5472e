"""The rpcs, one file a gRPC service: wire → use case → wire. Permission is asked before anything is told to exist."""
