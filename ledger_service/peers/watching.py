"""Identity, and the look-ups counted here: what happened around spends."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

import grpc
from loyalty.identity.v1 import watch_service_pb2 as messages
from loyalty.identity.v1.watch_service_pb2_grpc import WatchServiceStub

from chassis.runtime.fields import EARLIEST
from chassis.runtime.velocity.misses import Misses, MissQuestion
from ledger_service.domain.alerts import Around, SpendTrail

MOST_ASKED = 1_000

_Asked = tuple[SpendTrail, datetime]


class IdentitySurroundings:
    """See `use_cases.alert_ports.Surroundings`. A caller looks members up at identity and in what it asks of the
    ledger; both count."""

    def __init__(self, channel: grpc.aio.Channel, misses: Misses) -> None:
        self._stub = WatchServiceStub(channel)
        self._misses = misses

    async def around(self, spends: Sequence[_Asked]) -> Sequence[Around]:
        """Of each spend."""
        here = await self._misses.counted(
            [MissQuestion(spend.program, spend.caller, since, spend.time) for spend, since in spends]
        )
        there: list[messages.ToldOfSpend] = []
        for program, run in groupby(spends, key=lambda asked: asked[0].program):
            there += await self._told(program, list(run))
        return [_around(told, missed) for told, missed in zip(there, here, strict=True)]

    async def _told(self, program: str, spends: Sequence[_Asked]) -> Sequence[messages.ToldOfSpend]:
        told: list[messages.ToldOfSpend] = []
        for start in range(0, len(spends), MOST_ASKED):
            asked = [_asked(*each) for each in spends[start : start + MOST_ASKED]]
            response = await self._stub.TellOfSpends(messages.TellOfSpendsRequest(program_id=program, spends=asked))
            told += response.spends
        return told


def _asked(spend: SpendTrail, since: datetime) -> messages.WatchedSpend:
    message = messages.WatchedSpend(member_id=spend.root, caller=spend.caller)
    message.spend_time.FromDatetime(spend.time)
    message.after_time.FromDatetime(max(since, EARLIEST))
    return message


def _around(told: messages.ToldOfSpend, missed: int) -> Around:
    changed = told.identifier_change_time if told.HasField("identifier_change_time") else None
    return Around(None if changed is None else changed.ToDatetime(tzinfo=UTC), missed + told.missed_lookups)
