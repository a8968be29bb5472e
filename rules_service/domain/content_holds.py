"""For how long tiers are promised, in normal form, and the way back."""

from collections.abc import Mapping
from typing import Any

from chassis.values.canonical import Plain
from rules_service.domain.ladders import HoldForever, HoldSpan, HoldYearEnd, TierHold

FOREVER = "forever"
_YEAR_END = HoldYearEnd()


def hold_content(hold: TierHold | None) -> Plain:
    """The normal form of a promise; None stays None."""
    if isinstance(hold, HoldSpan):
        return {name: value for name, value in (("months", hold.months), ("days", hold.days)) if value}
    if isinstance(hold, HoldYearEnd):
        more = {"months": hold.months} if hold.months else {}
        first = {"year_from_month": hold.first_month} if hold.first_month != _YEAR_END.first_month else {}
        return {"year_end": hold.years, **more, **first}
    return FOREVER if isinstance(hold, HoldForever) else None


def read_hold(stored: Any) -> TierHold | None:
    """The promise of a stored content."""
    if isinstance(stored, Mapping):
        months = stored.get("months", 0)
        if "year_end" in stored:
            first_month = stored.get("year_from_month", _YEAR_END.first_month)
            return HoldYearEnd(stored["year_end"], months, first_month)
        return HoldSpan(months, stored.get("days", 0))
    return HoldForever() if stored == FOREVER else None
