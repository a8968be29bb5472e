"""What the lanes report of themselves."""

from opentelemetry import metrics

_METER = metrics.get_meter("ledger_service.lanes")

FORWARDED = _METER.create_counter("lanes.forwarded", description="Commands sent to another process, by outcome")
MOVES = _METER.create_counter("lanes.moves", description="Lanes taken, lost, or handed to another process")
