"""Spans as the services write them: one JSON object a line, one file a process (and the one before, rotated away)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

CLIENT, SERVER = "CLIENT", "SERVER"
BOOKED = "book events"
"""Settlement's span for an event: its last stop."""


class Span(msgspec.Struct, frozen=True):
    """One span. Ids are hexadecimal text; times are nanoseconds since the epoch; `links` are `trace_id-span_id`."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: str
    service: str
    start_ns: int
    end_ns: int
    status: str
    attributes: dict[str, str | int | float | bool | list[str | int | float | bool]]
    links: list[str]

    @property
    def failed(self) -> bool:
        """Whether it ended with an error."""
        return self.status == "ERROR"

    @property
    def method(self) -> str:
        """Bare name of the rpc it is the client's or server's side of; empty for other spans."""
        return str(self.attributes.get("rpc.method", "")).rpartition("/")[2]

    @property
    def database(self) -> str:
        """What store it asked, as OpenTelemetry names it; empty for other spans."""
        return str(self.attributes.get("db.system.name", ""))

    @property
    def batch_items(self) -> int:
        """How many items the batch served that this span is the work of; 0 for other spans."""
        items = self.attributes.get("batch.items", 0)
        return items if isinstance(items, int) else 0

    @property
    def linked_ids(self) -> Iterator[str]:
        """Span ids of its links."""
        return (link.partition("-")[2] for link in self.links)


_DECODER = msgspec.json.Decoder(Span)


def read_spans(directory: Path) -> list[Span]:
    """Every span in the directory's files. A line that is being written is left out."""
    spans: list[Span] = []
    for file in sorted((*directory.glob("*.jsonl.1"), *directory.glob("*.jsonl"))):
        for line in file.read_bytes().split(b"\n"):
            try:
                spans.append(_DECODER.decode(line))
            except msgspec.DecodeError:
                continue
    return spans
