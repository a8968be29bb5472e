"""The links of the log (docs/adr/0029): an event's hash covers its payload and, since version 2, its answer."""

from chassis.values.canonical import chained_json_hash


def event_hash(previous: bytes, payload: bytes, answer: bytes) -> bytes:
    """The link of a new event, given its payload and answer as they are stored (canonical JSON)."""
    return chained_json_hash(previous, "event/2", b"[" + payload + b"," + answer + b"]")


def is_linked(previous: bytes, payload: bytes, answer: bytes, link: bytes) -> bool:
    """True if `link` is what one of the versions makes of an event. Which one it was needs no mark: what was hashed
    with its answer fits the first version no more than any other change would."""
    return link == event_hash(previous, payload, answer) or link == chained_json_hash(previous, "event/1", payload)
