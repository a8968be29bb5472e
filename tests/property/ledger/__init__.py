"""The state machine against a model that knows nothing of it."""
