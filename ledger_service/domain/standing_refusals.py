"""Why the ledger refuses what is asked about where members stand; see `domain.refusals`."""

from datetime import date

from chassis.values.refusal import Code, Reason, Refusal, refuse
from ledger_service.domain.refusals import DOMAIN

LADDER_NOT_FOUND = Reason("LADDER_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
MANUAL_TIER_NOT_FOUND = Reason("MANUAL_TIER_NOT_FOUND", DOMAIN, Code.NOT_FOUND)
DATE_PASSED = Reason("DATE_PASSED", DOMAIN, Code.FAILED_PRECONDITION)


def ladder_not_found(ladder_id: str, tier: str, day: date) -> Refusal:
    """No such ladder, or it has no such tier on that day."""
    facts = {"ladder_id": ladder_id, "tier_id": tier, "date": day.isoformat()}
    return refuse(LADDER_NOT_FOUND, f"there is no ladder {ladder_id} with tier {tier} on {day}", facts)


def manual_tier_not_found(manual_id: str) -> Refusal:
    """The member has no such tier set by hand that is in force or to come."""
    facts = {"manual_tier_id": manual_id}
    return refuse(MANUAL_TIER_NOT_FOUND, f"there is no tier set by hand {manual_id} in force or to come", facts)


def date_passed(day: date, today: date) -> Refusal:
    """A day before today."""
    facts = {"date": day.isoformat(), "today": today.isoformat()}
    return refuse(DATE_PASSED, f"{day} has passed; today is {today}", facts)
