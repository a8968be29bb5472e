"""Tiers set by hand, and ended: for a reason, by somebody's approval, never for days that have passed."""

from dataclasses import replace
from datetime import date

from ledger_service.domain import standing_refusals
from ledger_service.domain.answers import TierAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.standing import view_after
from ledger_service.domain.commands import EndTier, SetTier
from ledger_service.domain.event import EventType
from ledger_service.domain.slice import NeedMore, NeedsStanding
from ledger_service.domain.standing.ladder import Ladder
from ledger_service.domain.standing.manual import ManualTier
from ledger_service.domain.standing.wallet import HomeTier
from ledger_service.domain.standing.window import FOREVER


def set_tier(draft: Draft, command: SetTier) -> Applied:
    """Gives the member at least a tier. LADDER_NOT_FOUND, DATE_PASSED by the program's clock."""
    ladder = _ladder(draft, command.ladder_id)
    version = ladder.at(command.start) if ladder else None
    if version is None or version.tier(command.tier) is None:
        raise standing_refusals.ladder_not_found(command.ladder_id, command.tier, command.start)
    _require_to_come(draft, command.start)
    manual = ManualTier(
        command.manual_id,
        command.ladder_id,
        command.tier,
        command.start,
        command.end,
        command.reason,
        command.approver,
    )
    return _finish(draft, HomeTier(draft.origin.home, manual), ladder)


def end_tier(draft: Draft, command: EndTier) -> Applied:
    """Ends a tier of the member's that was set by hand; one to come never begins, and none is prolonged.
    MANUAL_TIER_NOT_FOUND, DATE_PASSED."""
    known = draft.standing_before
    if known is None:
        raise NeedMore(NeedsStanding(draft.wallet.key, FOREVER))
    tier = known.manual.get(command.manual_id)
    if tier is None or tier.manual.ends <= max(draft.today, tier.manual.start):
        raise standing_refusals.manual_tier_not_found(command.manual_id)
    _require_to_come(draft, command.end)
    manual = tier.manual
    end = max(min(command.end, manual.ends), manual.start)
    ended = replace(tier, manual=replace(manual, end=None if end == FOREVER else end))
    return _finish(draft, ended, _ladder(draft, manual.ladder_id))


def _ladder(draft: Draft, ladder_id: str) -> Ladder | None:
    return next((ladder for ladder in draft.ladders if ladder.ladder_id == ladder_id), None)


def _require_to_come(draft: Draft, day: date) -> None:
    if day < draft.today:
        raise standing_refusals.date_passed(day, draft.today)


def _finish(draft: Draft, tier: HomeTier, ladder: Ladder | None) -> Applied:
    draft.put_tier(tier)
    wallet = draft.close()
    settled = draft.settle(draft.today)
    answer = TierAnswer(
        manual=tier.manual,
        standing=view_after(draft, settled, ladder) if ladder else None,
        wallet=wallet,
        position=draft.stamp.position,
    )
    return draft.finish(answer, Subject(EventType.TIER_SET, tier.manual.manual_id))
