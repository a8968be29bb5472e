"""When and where points of a rule live, in normal form, and the way back. Empty is the default (see `content`)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from chassis.values.canonical import Plain
from rules_service.domain.availability import (
    Availability,
    AvailableAfterDays,
    AvailableAfterHours,
    AvailableOn,
    AvailableOnEvent,
)
from rules_service.domain.expiry import (
    ExpiresAfterDays,
    ExpiresAfterMonths,
    ExpiresAtEndOf,
    Expiry,
    Period,
    RollsByDays,
    RollsByMonths,
)
from rules_service.domain.scope import AtBrands, FromPlace, Scope

_END_OF = {period: f"months_then_end_of_{period.value}" for period in Period}


def expiry_content(expiry: Expiry) -> dict[str, Plain]:
    """The normal form of an expiry; empty: never."""
    if expiry is None:
        return {}
    if isinstance(expiry, ExpiresAfterDays):
        return {"days": expiry.days}
    if isinstance(expiry, ExpiresAfterMonths):
        return {"months": expiry.months}
    if isinstance(expiry, RollsByDays):
        return {"rolling_days": expiry.days}
    if isinstance(expiry, RollsByMonths):
        return {"rolling_months": expiry.months}
    return {_END_OF[expiry.period]: expiry.months}


def read_expiry(content: Mapping[str, Any]) -> Expiry:
    """The expiry of a stored content."""
    if "days" in content:
        return ExpiresAfterDays(content["days"])
    if "months" in content:
        return ExpiresAfterMonths(content["months"])
    if "rolling_days" in content:
        return RollsByDays(content["rolling_days"])
    if "rolling_months" in content:
        return RollsByMonths(content["rolling_months"])
    return next((ExpiresAtEndOf(content[key], period) for period, key in _END_OF.items() if key in content), None)


def availability_content(availability: Availability) -> dict[str, Plain]:
    """The normal form of an availability; empty: at once."""
    if availability is None:
        return {}
    if isinstance(availability, AvailableAfterHours):
        return {"hours": availability.hours}
    if isinstance(availability, AvailableAfterDays):
        return {"days": availability.days}
    if isinstance(availability, AvailableOn):
        return {"date": availability.day.isoformat()}
    return {"on_event": True}


def read_availability(content: Mapping[str, Any]) -> Availability:
    """The availability of a stored content."""
    if "hours" in content:
        return AvailableAfterHours(content["hours"])
    if "days" in content:
        return AvailableAfterDays(content["days"])
    if "date" in content:
        return AvailableOn(date.fromisoformat(content["date"]))
    return AvailableOnEvent() if content else None


def scope_content(scope: Scope) -> str | dict[str, Plain]:
    """The normal form of a scope; empty: anywhere."""
    if scope is None:
        return ""
    return {"brands": sorted(set(scope.brand_ids))} if isinstance(scope, AtBrands) else scope.value


def read_scope(content: str | Mapping[str, Any]) -> Scope:
    """The scope of a stored content."""
    if not content:
        return None
    return FromPlace(content) if isinstance(content, str) else AtBrands(tuple(content["brands"]))
