"""Where members stand, as messages; and requests about tiers set by hand, as values."""

from collections.abc import Iterable
from datetime import date
from typing import cast

from loyalty.ledger.v1 import standing_pb2 as messages
from loyalty.rules.v1 import program_pb2

from chassis.runtime.fields import FieldReader
from ledger_service.domain.answers import Answer, TierAnswer
from ledger_service.domain.standing.ladder import Benefits
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.progress import Goal
from ledger_service.domain.standing.view import StandingView
from ledger_service.domain.standing.wallet import TierChange
from ledger_service.use_cases.ports import MemberRef
from ledger_service.use_cases.standing_ports import MemberStandings, TierEntry
from ledger_service.use_cases.standing_requests import EndTierRequest, SetTierRequest
from ledger_service.wire import values
from ledger_service.wire.requests import member_ref

LONGEST_REASON = 500
MOST_RECORDS = 1_000
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


# --- requests


def standing_request(request: messages.GetStandingRequest) -> tuple[str, MemberRef, int]:
    """A program, one of its members, and how many records of each ladder."""
    reader = FieldReader()
    program = reader.id("program_id", request.program_id)
    member = member_ref(reader, request.member)
    size = reader.within("history_size", request.history_size, 0, MOST_RECORDS)
    reader.finish()
    return program, member, size


def set_tier_request(request: messages.SetTierRequest) -> SetTierRequest:
    """A tier to set."""
    reader = FieldReader()
    start = _day(reader, "start_date", request.start_date)
    end = _day(reader, "end_date", request.end_date) if request.end_date else None
    if start is not None and end is not None and end <= start:
        reader.fault("end_date", "must be after start_date")
    asked = SetTierRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=member_ref(reader, request.member),
        ladder_id=reader.id("ladder_id", request.ladder_id),
        tier=reader.id("tier_id", request.tier_id),
        start=start or _FIRST_DAY,
        end=end,
        reason=reader.text("reason", request.reason, LONGEST_REASON),
        approver=reader.id("approver_id", request.approver_id),
        operator_id=reader.id("operator_id", request.operator_id),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def end_tier_request(request: messages.EndTierRequest) -> EndTierRequest:
    """A tier to end."""
    reader = FieldReader()
    asked = EndTierRequest(
        program=reader.id("program_id", request.program_id),
        request_id=reader.id("request_id", request.request_id),
        member=member_ref(reader, request.member),
        manual_id=reader.id("manual_tier_id", request.manual_tier_id),
        end=_day(reader, "end_date", request.end_date) or _FIRST_DAY,
        operator_id=reader.id("operator_id", request.operator_id),
        occur_time=reader.instant("occur_time", request.occur_time, request.HasField("occur_time")),
    )
    reader.finish()
    return asked


def _day(reader: FieldReader, field: str, text: str) -> date | None:
    """A required date; None if it is faulty."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    # It takes weeks and dates without dashes, too.
    if day is None or day.isoformat() != text:
        reader.fault(field, "must be a date, like 2026-01-31")
        return None
    if not _FIRST_DAY <= day <= _LAST_DAY:
        reader.fault(field, f"must lie between the years {_FIRST_DAY.year} and {_LAST_DAY.year + 1}")
        return None
    return day


# --- answers


def standing_answer(found: MemberStandings) -> messages.GetStandingResponse:
    """Where a member stands."""
    return messages.GetStandingResponse(
        standings=standing_messages(found.standings),
        history=map(_record, found.history),
        manual_tiers=map(_manual, found.manual),
    )


def tier_set(answer: Answer) -> messages.SetTierResponse:
    """A tier that was set."""
    done = cast(TierAnswer, answer)
    return messages.SetTierResponse(
        manual_tier=_manual(done.manual),
        standing=standing_message(done.standing) if done.standing else None,
        position=values.position_message(done.position),
    )


def tier_ended(answer: Answer) -> messages.EndTierResponse:
    """A tier that ends."""
    done = cast(TierAnswer, answer)
    return messages.EndTierResponse(
        manual_tier=_manual(done.manual),
        standing=standing_message(done.standing) if done.standing else None,
        position=values.position_message(done.position),
    )


def standing_messages(views: Iterable[StandingView]) -> list[messages.Standing]:
    """Standings."""
    return [standing_message(view) for view in views]


def standing_message(view: StandingView) -> messages.Standing:
    """A standing."""
    standing, progress = view.standing, view.progress
    return messages.Standing(
        ladder_id=standing.ladder_id,
        date=standing.day.isoformat(),
        tier_id=standing.tier,
        tier_name=view.tier_name,
        since_date=_text(standing.since),
        until_date=_text(standing.until),
        earned_tier_id=standing.earned_tier,
        manual=_manual(standing.manual) if standing.manual else None,
        value=standing.value,
        next=_goal(progress.next),
        keep=_goal(progress.keep),
        projected_tier_id=progress.projected_tier,
        benefits=_benefits(view.benefits),
    )


def change_message(change: TierChange) -> messages.TierChange:
    """A tier that a command changed."""
    return messages.TierChange(
        ladder_id=change.ladder_id,
        before_tier_id=change.before,
        after_tier_id=change.after,
        until_date=_text(change.until),
    )


def _goal(goal: Goal | None) -> messages.TierGoal | None:
    if goal is None:
        return None
    return messages.TierGoal(tier_id=goal.tier, missing=goal.missing, by_date=_text(goal.by))


def _benefits(benefits: Benefits) -> program_pb2.TierBenefits | None:
    if benefits == Benefits():
        return None
    return program_pb2.TierBenefits(
        multipliers=[
            program_pb2.TierMultiplier(brand_id=brand, factor=values.ratio_message(factor))
            for brand, factor in benefits.multipliers
        ],
        discount_basis_points=benefits.discount_basis_points,
        perks=benefits.perks,
    )


def _manual(manual: ManualTier) -> messages.ManualTier:
    return messages.ManualTier(
        manual_tier_id=manual.manual_id,
        ladder_id=manual.ladder_id,
        tier_id=manual.tier,
        start_date=manual.start.isoformat(),
        end_date=_text(manual.end),
        reason=manual.reason,
        approver_id=manual.approver,
    )


def _record(entry: TierEntry) -> messages.RecordedTier:
    return messages.RecordedTier(
        ladder_id=entry.ladder_id,
        position=values.position_message(entry.position),
        post_time=values.timestamp(entry.post_time),
        start_date=entry.record.day.isoformat(),
        tier_id=entry.record.tier,
        until_date=_text(entry.record.until),
    )


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
