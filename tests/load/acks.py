"""What a client was told, on disk before its next call: one JSON line for each acknowledgement."""

import base64
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.values.refusal import Refusal

TRACE_ID = "trace_id"
"""Names the call and not its outcome, so it is another one each time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer: the bytes of the response, or the refusal."""

    response: bytes = b""
    refusal: Mapping[str, Any] | None = None

    @classmethod
    def refused(cls, refusal: Refusal) -> "Answer":
        """A refusal, less what differs from call to call."""
        metadata = {name: value for name, value in refusal.metadata.items() if name != TRACE_ID}
        return cls(
            refusal={
                "code": refusal.code.name,
                "reason": refusal.reason,
                "domain": refusal.domain,
                "message": refusal.message,
                "metadata": metadata,
            }
        )


@dataclass(frozen=True, slots=True)
class Ack:
    """A call by the name of its rpc, the bytes of its request, and its answer."""

    rpc: str
    request: bytes
    answer: Answer


class AckFile:
    """Appends; each line is on disk when `keep` returns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab")

    def keep(self, ack: Ack) -> None:
        """Writes one acknowledgement."""
        line = {
            "rpc": ack.rpc,
            "request": base64.b64encode(ack.request).decode(),
            "response": base64.b64encode(ack.answer.response).decode(),
            "refusal": ack.answer.refusal,
        }
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """No more acknowledgements come."""
        self._file.close()


def read_acks(path: Path) -> Iterator[Ack]:
    """The acknowledgements of a file, in their order."""
    with path.open(encoding="utf-8") as file:
        for text in file:
            line = json.loads(text)
            answer = Answer(base64.b64decode(line["response"]), line["refusal"])
            yield Ack(line["rpc"], base64.b64decode(line["request"]), answer)
