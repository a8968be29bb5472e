"""Protobuf ⇄ values: what happened around spends."""

from collections.abc import Sequence
from datetime import UTC

from loyalty.identity.v1 import watch_service_pb2 as messages

from identity_service.use_cases.tell_of_spends import AskedSpend, ToldSpend
from identity_service.wire.members import Reader

MOST_SPENDS = 1_000


def spends_of(request: messages.TellOfSpendsRequest) -> tuple[str, Sequence[AskedSpend]]:
    """The program and the spends. Raises MALFORMED."""
    reader = Reader()
    program_id = reader.id("program_id", request.program_id)
    if not 1 <= len(request.spends) <= MOST_SPENDS:
        reader.fault("spends", f"must be 1 to {MOST_SPENDS}")
    for place, spend in enumerate(request.spends[:MOST_SPENDS]):
        reader.id(f"spends[{place}].member_id", spend.member_id)
        for field in ("spend_time", "after_time"):
            if not _is_time(getattr(spend, field).seconds) or not spend.HasField(field):
                reader.fault(f"spends[{place}].{field}", "must be a time")
    reader.finish()
    return program_id, [
        AskedSpend(
            spend.member_id,
            spend.caller,
            spend.spend_time.ToDatetime(tzinfo=UTC),
            spend.after_time.ToDatetime(tzinfo=UTC),
        )
        for spend in request.spends
    ]


def told_message(told: Sequence[ToldSpend]) -> messages.TellOfSpendsResponse:
    """The answers."""
    return messages.TellOfSpendsResponse(spends=[_told(one) for one in told])


def _told(told: ToldSpend) -> messages.ToldOfSpend:
    message = messages.ToldOfSpend(missed_lookups=told.missed_lookups)
    if told.identifier_change_time is not None:
        message.identifier_change_time.FromDatetime(told.identifier_change_time)
    return message


def _is_time(seconds: int) -> bool:
    """Of the years 1 to 9999."""
    return -62_135_596_800 <= seconds < 253_402_300_800
