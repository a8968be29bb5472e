"""The serial writers: one lane a partition takes what queued, decides it in order and commits it once."""
