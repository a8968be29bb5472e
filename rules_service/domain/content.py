"""A program as plain data in one normal form: what is hashed, stored and compared.

Nouns are maps keyed by their id, so the order in which files name them does not count. What is absent is at its
default: a field added later does not change the hash of a program that does not use it. `content_reader` is the
way back.
"""

from base64 import b32encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from chassis.values.calendar import Interval
from chassis.values.canonical import Plain, chained_json_hash, content_hash, encode
from rules_service.domain.content_effects import effect_content
from rules_service.domain.content_ladders import exchange_rate_content, ladder_content
from rules_service.domain.content_limits import limits_content
from rules_service.domain.content_policies import policies_content
from rules_service.domain.content_rule_terms import availability_content, expiry_content, scope_content
from rules_service.domain.content_selector import basket_content, selector_content
from rules_service.domain.content_settlement import entity_content, price_content, settlement_content
from rules_service.domain.earn_rule import EarnRule
from rules_service.domain.numbers import ratio_text
from rules_service.domain.program import Agreement, Brand, Category, Location, NamedPoint, PointValue, Program
from rules_service.domain.stacking import StackingGroup

ALWAYS = "always"
"""Key of the point value, or the named point, that has no start."""

PlainMap = dict[str, Plain]


def program_content(program: Program) -> PlainMap:
    """The normal form of a program."""
    return _present(
        program_id=program.program_id,
        name=program.name,
        point_name=program.point_name,
        sandbox=program.sandbox,
        replay_clock=program.replay_clock,
        late_upload_days=program.late_upload_days,
        expiry_mode=program.expiry_mode.value,
        entities={entity.entity_id: entity_content(entity) for entity in program.entities},
        brands={brand.brand_id: _brand(brand) for brand in program.brands},
        locations={location.location_id: _location(location) for location in program.locations},
        earn_rules={rule.rule_id: rule_content(rule) for rule in program.earn_rules},
        agreements={agreement.agreement_id: _agreement(agreement) for agreement in program.agreements},
        categories={category.category_id: _category(category) for category in program.categories},
        stacking={group.group_id: _group(group) for group in program.stacking_groups},
        **limits_content(program.limits),
        ladders={ladder.ladder_id: ladder_content(ladder) for ladder in program.ladders},
        exchange_rates={rate.rate_id: exchange_rate_content(rate) for rate in program.exchange_rates},
        settlement=settlement_content(program.settlement),
        **policies_content(program.policies),
    )


def content_text(content: PlainMap) -> str:
    """A content as it is stored: its canonical JSON.

    Noun by noun: a program may have tens of thousands, and the encoder lets no other thread work until it is done.
    """
    return _object((key, _section_text(section)) for key, section in sorted(content.items()))


def text_revision(text: str) -> str:
    """The revision a program's content is, told from its text: `rev_` and 130 bits of its hash."""
    return _id_of("rev", chained_json_hash(b"", "program/1", text.encode()))


def revision_id(content: PlainMap) -> str:
    """The revision a program's content is."""
    return text_revision(content_text(content))


def rule_version(rule: EarnRule) -> str:
    """The version a rule is: changes with anything in it, and with nothing else."""
    return _id_of("rule", content_hash("earn_rule/1", {"rule_id": rule.rule_id, **rule_content(rule)}))


def rule_content(rule: EarnRule) -> PlainMap:
    """The normal form of a rule without its id."""
    return _present(
        brand_id=rule.brand_id,
        kind=rule.kind.value,
        offer_id=rule.offer_id,
        description=rule.description,
        selector=selector_content(rule.selector),
        **effect_content(rule.effect),
        rounding=rule.rounding.value,
        rounding_scope=rule.rounding_scope.value,
        funders={funder.entity_id: funder.share_basis_points for funder in rule.funders},
        expiry=expiry_content(rule.expiry),
        available=availability_content(rule.availability),
        scope=scope_content(rule.scope),
        basket=basket_content(rule.basket),
        condition=rule.condition,
        group=rule.stacking_group,
        priority=rule.priority or None,
        operator_share_basis_points=rule.operator_share or None,
    )


def instant_text(instant: datetime) -> str:
    """An instant in UTC, RFC 3339."""
    return instant.isoformat().replace("+00:00", "Z")


def _section_text(section: Plain) -> str:
    if not isinstance(section, dict):
        return _text(section)
    return _object((noun_id, _text(noun)) for noun_id, noun in sorted(section.items()))


def _object(members: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join([f"{_text(key)}:{text}" for key, text in members]) + "}"


def _text(value: Plain) -> str:
    return encode("", value)[1:].decode()


def _id_of(prefix: str, digest: bytes) -> str:
    return f"{prefix}_{b32encode(digest).decode().lower()[:26]}"


def _present(**fields: Plain) -> PlainMap:
    """The fields that say something: no empty text, list or map, no False, no None."""
    return {name: value for name, value in fields.items() if value not in ("", None, [], {}) and value is not False}


def _brand(brand: Brand) -> PlainMap:
    return _present(
        name=brand.name,
        entity_id=brand.entity_id,
        point_values=_point_values(brand.point_values),
        liability_minor_units_per_point={
            rate.currency_code: ratio_text(rate.minor_units_per_point) for rate in brand.liability_values
        },
        minimum_points=_above_one(brand.minimum_points),
        block_points=_above_one(brand.block_points),
        named_points={_start(point.interval): _named_point(point) for point in brand.named_points},
    )


def _above_one(points: int) -> int | None:
    return points if points > 1 else None


def _point_values(values: Sequence[PointValue]) -> PlainMap:
    in_order = sorted(values, key=_currency)
    return {
        currency: {_start(value.interval): _point_value(value) for value in of_currency}
        for currency, of_currency in groupby(in_order, key=_currency)
    }


def _start(interval: Interval) -> str:
    return instant_text(interval.start) if interval.start else ALWAYS


def _named_point(point: NamedPoint) -> PlainMap:
    return _present(
        name=point.name,
        per_point=point.per_point,
        end_time=instant_text(point.interval.end) if point.interval.end else None,
    )


def _currency(value: PointValue) -> str:
    return value.rate.currency_code


def _point_value(value: PointValue) -> PlainMap:
    return _present(
        minor_units_per_point=ratio_text(value.rate.minor_units_per_point),
        end_time=instant_text(value.interval.end) if value.interval.end else None,
        reason=value.reason,
    )


def _location(location: Location) -> PlainMap:
    return _present(
        name=location.name,
        operator_entity_id=location.operator_entity_id,
        region=location.region,
        brand_ids=sorted(location.brand_ids),
        currency_code=location.currency_code,
        time_zone=location.time_zone,
    )


def _category(category: Category) -> PlainMap:
    return _present(name=category.name, parent_id=category.parent_id)


def _group(group: StackingGroup) -> PlainMap:
    return {"mode": group.mode.value, "basis": group.basis.value}


def _agreement(agreement: Agreement) -> PlainMap:
    return _present(
        issuer_entity_id=agreement.issuer_entity_id,
        redeemer_entity_id=agreement.redeemer_entity_id,
        **price_content(agreement),
        **_interval(agreement.interval),
    )


def _interval(interval: Interval) -> PlainMap:
    return _present(
        start_time=instant_text(interval.start) if interval.start else None,
        end_time=instant_text(interval.end) if interval.end else None,
    )
