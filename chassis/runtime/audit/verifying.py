"""Is the log whole: every content hash and every link computed anew, and places that were written down elsewhere."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from chassis.runtime.audit.record import Link, Record, content_of, linked
from chassis.runtime.audit.store import AuditStore
from chassis.values.canonical import GENESIS

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check is. `broken` names the first number that is not what it was, 0: none so far."""

    checked: int
    head: Link
    done: bool = False
    broken: int = 0
    finding: str = ""


async def verified(store: AuditStore, anchors: Mapping[int, bytes]) -> AsyncIterator[Progress]:
    """How the check goes, page by page, until the head as it stands now or the first fault; the last one is `done`."""
    head, first, last = await store.bounds()
    link = Link(0, GENESIS)
    if first < 1:
        yield Progress(0, head, True, 1, "something was put before it")
        return
    while link.number < head.number:
        records = await store.after(link.number, head.number, PAGE)
        for record in records:
            fault = _fault(link, record, anchors)
            if fault:
                yield Progress(link.number, head, True, link.number + 1, fault)
                return
            link = record.link
        if not records:
            yield Progress(link.number, head, True, link.number + 1, "it is missing, and all that followed")
            return
        yield Progress(link.number, head)
    if last > head.number:
        yield Progress(link.number, head, True, head.number + 1, "it lies behind the head of the chain")
        return
    yield _at_the_end(link, head, anchors)


def _fault(before: Link, record: Record, anchors: Mapping[int, bytes]) -> str:
    number = record.link.number
    if number != before.number + 1:
        return "it is missing"
    if record.content_hash != content_of(number, record.entry):
        return "its content is not what its hash says"
    if record.link.hash != linked(before.hash, record.content_hash):
        return "it does not follow from the one before it"
    if anchors.get(number, record.link.hash) != record.link.hash:
        return "it was another when it was written down elsewhere"
    return ""


def _at_the_end(link: Link, head: Link, anchors: Mapping[int, bytes]) -> Progress:
    if link.hash != head.hash:
        return Progress(link.number, head, True, link.number, "it is not what the head of the chain says")
    beyond = min((number for number in anchors if number > head.number), default=0)
    if beyond:
        return Progress(link.number, head, True, head.number + 1, "it was written down elsewhere and is gone")
    return Progress(link.number, head, True)
