"""Protobuf ⇄ values: what happened around spends."""

from collections.abc import Sequence

from loyalty.identity.v1 import watch_service_pb2 as messages

from identity_service.use_cases.tell_of_spends import AskedSpend, ToldSpend
from identity_service.wire.members import Reader

MOST_SPENDS = 1_000


def spends_of(request: messages.TellOfSpendsRequest) -> tuple[str, Sequence[AskedSpend]]:
    """The program and the spends. Raises MALFORMED."""
    reader = Reader()
    program_id = reader.id("program_id", request.program_id)
    reader.count("spends", len(request.spends), MOST_SPENDS)
    spends = [_spend(reader, f"spends[{place}]", each) for place, each in enumerate(request.spends[:MOST_SPENDS])]
    reader.finish()
    return program_id, spends


def _spend(reader: Reader, field: str, message: messages.WatchedSpend) -> AskedSpend:
    """A subject is any text that a token can hold and a database can keep."""
    if "\x00" in message.caller:
        reader.fault(f"{field}.caller", "must not contain NUL")
    return AskedSpend(
        reader.id(f"{field}.member_id", message.member_id),
        message.caller,
        reader.instant(f"{field}.spend_time", message.spend_time, message.HasField("spend_time")),
        reader.instant(f"{field}.after_time", message.after_time, message.HasField("after_time")),
    )


def told_message(told: Sequence[ToldSpend]) -> messages.TellOfSpendsResponse:
    """The answers."""
    return messages.TellOfSpendsResponse(spends=[_told(one) for one in told])


def _told(told: ToldSpend) -> messages.ToldOfSpend:
    message = messages.ToldOfSpend(missed_lookups=told.missed_lookups)
    if told.identifier_change_time is not None:
        message.identifier_change_time.FromDatetime(told.identifier_change_time)
    return message
