"""What an applied command comes to: the difference, the event and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger_service.domain.answers import Answer, LogPosition
from ledger_service.domain.changes import Changes
from ledger_service.domain.commands import Origin
from ledger_service.domain.event import ChainHead, Event, EventType, RecordedMovement
from ledger_service.domain.explanation import Judgement
from ledger_service.domain.proof import Proof
from ledger_service.domain.sold import SoldLine


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a command is applied and the place in the log it takes if it succeeds."""

    now: datetime
    position: LogPosition


@dataclass(frozen=True, slots=True)
class Applied:
    """A command that was applied: the difference, the event and the answer."""

    changes: Changes
    event: Event
    answer: Answer


@dataclass(frozen=True, slots=True)
class Subject:
    """What the event of a command tells besides its movements."""

    type: EventType
    subject_id: str
    brand: str = ""
    redeemer: str = ""
    settled_returns: tuple[str, ...] = ()
    sold_lines: tuple[SoldLine, ...] = ()
    proof: Proof | None = None


def event_of(
    origin: Origin,
    stamp: Stamp,
    subject: Subject,
    changes: Changes,
    movements: Sequence[RecordedMovement],
    judgements: Sequence[Judgement],
    post_time: datetime,
) -> Event:
    """The one entry of the log that records a command."""
    heads = (ChainHead(key.member, link) for key, link in sorted(changes.chains.items()))
    return Event(
        program=origin.program,
        position=stamp.position,
        type=subject.type,
        root=changes.wallet.key.member,
        wallet_version=changes.wallet.version,
        caller=origin.caller,
        request_id=origin.request_id,
        subject_id=subject.subject_id,
        revision=origin.revision,
        location_id=origin.location_id,
        operator=origin.operator,
        region=origin.region,
        channel=origin.channel,
        brand=subject.brand,
        redeemer=subject.redeemer,
        influenced_by_offer_id="",
        offer_owner="",
        member_home_location_id=origin.member_home_location,
        occur_time=origin.occur_time,
        post_time=post_time,
        movements=tuple(movements),
        chain_heads=tuple(heads),
        traceparent=origin.traceparent,
        settled_returns=subject.settled_returns,
        judgements=tuple(judgements),
        limits_reached=changes.limits.reached,
        tier_changes=changes.standing.tier_changes if changes.standing else (),
        sold_lines=subject.sold_lines,
        proof=subject.proof,
    )
