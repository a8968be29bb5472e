"""Periods of a program: months, cut one after another by a barrier in every partition of the log (docs/adr/0049)."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from chassis.values.calendar import plus_months, start_of_day, zone
from ledger_service.domain import refusals
from ledger_service.domain.answers import LogPosition, PeriodCut
from ledger_service.domain.event import Event, EventType

_MONTH = re.compile(r"(20|19)\d\d-(0[1-9]|1[0-2])", re.ASCII)


def is_period(name: str) -> bool:
    """True for a month from 1900-01 to 2099-12, written like that."""
    return _MONTH.fullmatch(name) is not None


def following(name: str) -> str:
    """The month after one."""
    return plus_months(_first_day(name), 1).isoformat()[:7]


def end_of(name: str, time_zone: str) -> datetime:
    """The instant (UTC) at which a month is over at a place. Time zones are those of the program's revision."""
    return start_of_day(plus_months(_first_day(name), 1), zone(time_zone))


def _first_day(name: str) -> date:
    return date.fromisoformat(f"{name}-01")


def next_cut(name: str, last: PeriodCut | None, heads: Sequence[LogPosition], time: datetime) -> PeriodCut:
    """The cut behind everything that `heads` say is in the log; at `time`, or at that of the last one if that is
    later. PERIOD_OUT_OF_ORDER unless it is the month after the last one; the first may be any."""
    if last is not None and name != following(last.period):
        raise refusals.period_out_of_order(name, following(last.period))
    barriers = tuple(LogPosition(partition, position + 1) for partition, position in sorted(heads))
    sequence, cut_time = (1, time) if last is None else (last.sequence + 1, max(time, last.cut_time))
    return PeriodCut(sequence, name, barriers, cut_time)


def barriers_of(program: str, cut: PeriodCut, caller: str, traceparent: str) -> Iterator[Event]:
    """The cut's events: nobody's, from nowhere, moving nothing."""
    for position in cut.barriers:
        yield Event(
            program=program,
            position=position,
            type=EventType.PERIOD_CUT,
            root="",
            wallet_version=0,
            caller=caller,
            request_id="",
            subject_id=cut.period,
            revision="",
            location_id="",
            operator="",
            region="",
            channel="",
            brand="",
            redeemer="",
            influenced_by_offer_id="",
            offer_owner="",
            member_home_location_id="",
            occur_time=cut.cut_time,
            post_time=cut.cut_time,
            movements=(),
            chain_heads=(),
            traceparent=traceparent,
        )
