"""Caps and budgets in normal form, and the way back. What is at its default is absent (see `content`)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chassis.values.canonical import Plain
from rules_service.domain.content_amounts import amounts_content, read_amounts
from rules_service.domain.limits import Limit, LimitHolder, LimitWindow

TRIM = "trim"
ALLOW = "allow"


def limits_content(limits: Iterable[Limit]) -> dict[str, Plain]:
    """The sections of a program's limits, those of caps and of budgets."""
    found: dict[str, dict[str, Plain]] = {"caps": {}, "budgets": {}}
    for limit in limits:
        found["budgets" if limit.is_budget else "caps"][limit.limit_id] = _limit(limit)
    return {**found}


def read_limits(content: Mapping[str, Any]) -> Iterator[Limit]:
    """The limits of a stored content, by id."""
    stored = {**content.get("caps", {}), **content.get("budgets", {})}
    return (_read(limit_id, noun) for limit_id, noun in sorted(stored.items()))


def _limit(limit: Limit) -> dict[str, Plain]:
    content: dict[str, Plain] = {"per": limit.holder.value, "window": limit.window.value}
    if limit.offer_id:
        content["offer"] = limit.offer_id
    if limit.rule_ids:
        content["rules"] = sorted(limit.rule_ids)
    if limit.points is not None:
        content["points"] = limit.points
    if limit.money is not None:
        content["money"] = amounts_content([limit.money])
    if limit.soft:
        content["overrun"] = ALLOW
    if limit.warn_at:
        content["warn_at"] = list(limit.warn_at)
    return content


def _read(limit_id: str, noun: Mapping[str, Any]) -> Limit:
    return Limit(
        limit_id=limit_id,
        offer_id=noun.get("offer", ""),
        rule_ids=tuple(noun.get("rules", ())),
        holder=LimitHolder(noun["per"]),
        window=LimitWindow(noun["window"]),
        points=noun.get("points"),
        money=read_amounts(noun["money"])[0] if "money" in noun else None,
        soft=noun.get("overrun") == ALLOW,
        warn_at=tuple(noun.get("warn_at", ())),
    )
