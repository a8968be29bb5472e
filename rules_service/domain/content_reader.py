"""The way back from normal form (`content`) to a program. Reads only what `content` wrote and was stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chassis.values.calendar import Interval
from chassis.values.rounding import ZERO, Ratio, Rounding
from rules_service.domain.content import ALWAYS
from rules_service.domain.content_effects import read_effect
from rules_service.domain.content_ladders import read_exchange_rate, read_ladder
from rules_service.domain.content_limits import read_limits
from rules_service.domain.content_policies import read_policies
from rules_service.domain.content_rule_terms import read_availability, read_expiry, read_scope
from rules_service.domain.content_selector import read_basket, read_selector
from rules_service.domain.content_settlement import read_entity, read_price, read_settlement
from rules_service.domain.earn_rule import AccrualKind, EarnRule, Funder, RoundingScope
from rules_service.domain.effects import Basis
from rules_service.domain.program import (
    Agreement,
    Brand,
    Category,
    ExpiryMode,
    Location,
    NamedPoint,
    PointRate,
    PointValue,
    Program,
)
from rules_service.domain.stacking import StackingGroup, StackingMode

Stored = Mapping[str, Any]
"""Plain data as it comes out of the store; its shape is that of `content`, version 1."""


def read_program(content: Stored) -> Program:
    """The program of a stored content, its nouns sorted by id."""
    return Program(
        program_id=content["program_id"],
        name=content["name"],
        point_name=content["point_name"],
        sandbox=content.get("sandbox", False),
        replay_clock=content.get("replay_clock", False),
        late_upload_days=content["late_upload_days"],
        expiry_mode=ExpiryMode(content["expiry_mode"]),
        entities=tuple(read_entity(key, noun) for key, noun in _by_id(content, "entities")),
        brands=tuple(_brand(key, noun) for key, noun in _by_id(content, "brands")),
        locations=tuple(_location(key, noun) for key, noun in _by_id(content, "locations")),
        earn_rules=tuple(_rule(key, noun) for key, noun in _by_id(content, "earn_rules")),
        agreements=tuple(_agreement(key, noun) for key, noun in _by_id(content, "agreements")),
        policies=read_policies(content),
        categories=tuple(
            Category(key, noun["name"], noun.get("parent_id", "")) for key, noun in _by_id(content, "categories")
        ),
        stacking_groups=tuple(
            StackingGroup(key, StackingMode(noun["mode"]), Basis(noun["basis"]))
            for key, noun in _by_id(content, "stacking")
        ),
        limits=tuple(read_limits(content)),
        ladders=tuple(read_ladder(key, noun) for key, noun in _by_id(content, "ladders")),
        exchange_rates=tuple(read_exchange_rate(key, noun) for key, noun in _by_id(content, "exchange_rates")),
        settlement=read_settlement(content.get("settlement", {})),
    )


def _by_id(content: Stored, section: str) -> list[tuple[str, Stored]]:
    return sorted(content.get(section, {}).items())


def _brand(brand_id: str, noun: Stored) -> Brand:
    return Brand(
        brand_id=brand_id,
        name=noun["name"],
        entity_id=noun["entity_id"],
        point_values=tuple(
            _point_value(currency, start, value)
            for currency, values in _by_id(noun, "point_values")
            for start, value in _by_start(values)
        ),
        liability_values=tuple(
            PointRate(currency, Ratio.of(rate))
            for currency, rate in sorted(noun.get("liability_minor_units_per_point", {}).items())
        ),
        minimum_points=noun.get("minimum_points", 1),
        block_points=noun.get("block_points", 1),
        named_points=tuple(
            NamedPoint(point["name"], point["per_point"], _from(start, point))
            for start, point in _by_start(noun.get("named_points", {}))
        ),
    )


def _by_start(entries: Stored) -> list[tuple[str, Stored]]:
    return sorted(entries.items(), key=lambda item: "" if item[0] == ALWAYS else item[0])


def _from(start: str, entry: Stored) -> Interval:
    return Interval(None if start == ALWAYS else _instant(start), _instant(entry.get("end_time")))


def _point_value(currency: str, start: str, value: Stored) -> PointValue:
    rate = PointRate(currency, Ratio.of(value["minor_units_per_point"]))
    return PointValue(rate, _from(start, value), value.get("reason", ""))


def _location(location_id: str, noun: Stored) -> Location:
    return Location(
        location_id=location_id,
        name=noun["name"],
        operator_entity_id=noun["operator_entity_id"],
        region=noun.get("region", ""),
        brand_ids=tuple(noun["brand_ids"]),
        currency_code=noun["currency_code"],
        time_zone=noun["time_zone"],
    )


def _agreement(agreement_id: str, noun: Stored) -> Agreement:
    return Agreement(
        agreement_id=agreement_id,
        issuer_entity_id=noun.get("issuer_entity_id", ""),
        redeemer_entity_id=noun.get("redeemer_entity_id", ""),
        price=read_price(noun),
        interval=Interval(_instant(noun.get("start_time")), _instant(noun.get("end_time"))),
        fee=Ratio.of(noun["fee"]) if "fee" in noun else ZERO,
        cap_of_face=Ratio.of(noun["cap_of_face"]) if "cap_of_face" in noun else None,
    )


def _rule(rule_id: str, noun: Stored) -> EarnRule:
    return EarnRule(
        rule_id=rule_id,
        brand_id=noun["brand_id"],
        kind=AccrualKind(noun["kind"]),
        offer_id=noun.get("offer_id", ""),
        description=noun.get("description", ""),
        selector=read_selector(noun.get("selector", {})),
        effect=read_effect(noun),
        rounding=Rounding(noun["rounding"]),
        rounding_scope=RoundingScope(noun["rounding_scope"]),
        funders=tuple(Funder(entity, share) for entity, share in sorted(noun.get("funders", {}).items())),
        expiry=read_expiry(noun.get("expiry", {})),
        availability=read_availability(noun.get("available", {})),
        scope=read_scope(noun.get("scope", "")),
        basket=read_basket(noun.get("basket", {})),
        condition=noun.get("condition", ""),
        stacking_group=noun.get("group", ""),
        priority=noun.get("priority", 0),
        operator_share=noun.get("operator_share_basis_points", 0),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
