"""The machinery of a service process: settings, gRPC server and channels, PostgreSQL, Valkey, telemetry.

Owns how a call travels (deadline, caller, authority, errors, traces), how a process starts and drains, how SQL is
named and migrated, how work is batched and how leases are taken. Refuses to own any rule about the data that passes.
"""
