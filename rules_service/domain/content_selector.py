"""What a rule asks of a sale, in normal form, and the way back. What asks nothing is absent (see `content`)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from chassis.values.canonical import Plain
from rules_service.domain.content_amounts import amounts_content, read_amounts
from rules_service.domain.content_member import member_content, read_member
from rules_service.domain.selector import AttributeChoice, BasketCondition, HourWindow, LineFilter, Selector

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""What the days of the week are called in files and stored content; Monday is 1."""

Fields = dict[str, Plain]


def selector_content(selector: Selector) -> Fields:
    """The normal form of a selector; empty: every line at any time."""
    return _asked(
        category_ids=_sorted(selector.category_ids),
        skus=_sorted(selector.skus),
        location_ids=_sorted(selector.location_ids),
        channels=_sorted(selector.channels),
        start_date=selector.start_date.isoformat() if selector.start_date else None,
        end_date=selector.end_date.isoformat() if selector.end_date else None,
        regions=_sorted(selector.regions),
        operator_entity_ids=_sorted(selector.operator_entity_ids),
        payment_means=_sorted(selector.payment_means),
        attributes={choice.name: _sorted(choice.values) for choice in selector.attributes},
        weekdays=[WEEKDAYS[day - 1] for day in sorted(set(selector.weekdays))],
        hours=_hours(selector.hours),
        excluded_category_ids=_sorted(selector.excluded_category_ids),
        excluded_skus=_sorted(selector.excluded_skus),
        member=member_content(selector.member),
    )


def read_selector(content: Mapping[str, Any]) -> Selector:
    """The selector of a stored content."""
    return Selector(
        category_ids=tuple(content.get("category_ids", ())),
        skus=tuple(content.get("skus", ())),
        location_ids=tuple(content.get("location_ids", ())),
        channels=tuple(content.get("channels", ())),
        start_date=_date(content.get("start_date")),
        end_date=_date(content.get("end_date")),
        regions=tuple(content.get("regions", ())),
        operator_entity_ids=tuple(content.get("operator_entity_ids", ())),
        payment_means=tuple(content.get("payment_means", ())),
        attributes=tuple(
            AttributeChoice(name, tuple(values)) for name, values in sorted(content.get("attributes", {}).items())
        ),
        weekdays=tuple(WEEKDAYS.index(word) + 1 for word in content.get("weekdays", ())),
        hours=_read_hours(content.get("hours")),
        excluded_category_ids=tuple(content.get("excluded_category_ids", ())),
        excluded_skus=tuple(content.get("excluded_skus", ())),
        member=read_member(content.get("member", {})),
    )


def basket_content(basket: BasketCondition | None) -> Fields:
    """The normal form of a basket condition; empty: none."""
    if basket is None:
        return {}
    return _asked(
        brand_ids=_sorted(basket.lines.brand_ids),
        any_brand=basket.lines.any_brand or None,
        category_ids=_sorted(basket.lines.category_ids),
        skus=_sorted(basket.lines.skus),
        spend_at_least=amounts_content(basket.spend_at_least),
        quantity_at_least=basket.quantity_at_least or None,
    )


def read_basket(content: Mapping[str, Any]) -> BasketCondition | None:
    """The basket condition of a stored content."""
    if not content:
        return None
    return BasketCondition(
        lines=LineFilter(
            brand_ids=tuple(content.get("brand_ids", ())),
            any_brand=content.get("any_brand", False),
            category_ids=tuple(content.get("category_ids", ())),
            skus=tuple(content.get("skus", ())),
        ),
        spend_at_least=read_amounts(content.get("spend_at_least", [])),
        quantity_at_least=content.get("quantity_at_least", 0),
    )


def _asked(**fields: Plain) -> Fields:
    """The fields that ask something."""
    return {name: value for name, value in fields.items() if value not in (None, [], {})}


def _sorted(ids: Iterable[str]) -> Sequence[Plain]:
    return sorted(set(ids))


def _hours(hours: HourWindow | None) -> Fields:
    return {"from": _clock(hours.start_minute), "until": _clock(hours.end_minute)} if hours is not None else {}


def _read_hours(content: Mapping[str, str] | None) -> HourWindow | None:
    return HourWindow(_minute(content["from"]), _minute(content["until"])) if content else None


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
