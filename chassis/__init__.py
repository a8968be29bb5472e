"""What every service stands on and no service owns.

`chassis.values` is plain arithmetic and the refusal type, standard library only. `chassis.runtime` is the machinery:
gRPC, PostgreSQL, Valkey, OpenTelemetry. Neither knows what a service is for, and neither imports one.
"""
