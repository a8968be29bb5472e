"""Where in the log an answer's command lies."""

from typing import NamedTuple


class LogPosition(NamedTuple):
    """A place in the event log."""

    partition: int
    position: int
