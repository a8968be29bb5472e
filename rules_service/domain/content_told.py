"""Limits and ladders of a content as files write them, for people who read what a change comes to."""

from collections.abc import Mapping
from typing import Any

from chassis.values.canonical import Plain
from rules_service.domain.content_ladders import ALWAYS
from rules_service.domain.numbers import percent_text

PlainMap = dict[str, Plain]


def told_content(content: Mapping[str, Plain]) -> PlainMap:
    """The content with these nouns as their files have them."""
    ways = {"caps": _limit, "budgets": _limit, "ladders": _ladder}
    nouns: Mapping[str, Any] = content
    told = {
        section: {noun_id: way(noun) for noun_id, noun in nouns[section].items()}
        for section, way in ways.items()
        if section in nouns
    }
    return {**content, **told}


def _limit(noun: Mapping[str, Any]) -> Plain:
    return {**noun, "warn_at": [percent_text(mark) for mark in noun["warn_at"]]} if "warn_at" in noun else dict(noun)


def _ladder(noun: Mapping[str, Any]) -> Plain:
    """Its first version, and by day those it changes to, each of them whole."""
    versions = noun["versions"]
    first, *later = sorted(versions, key=lambda start: "" if start == ALWAYS else start)
    told: PlainMap = {"name": noun["name"], **_version(versions[first])}
    if first != ALWAYS:
        told["from"] = first
    if later:
        told["changes"] = {start: _version(versions[start]) for start in later}
    return told


def _version(noun: Mapping[str, Any]) -> PlainMap:
    told = {key: value for key, value in noun.items() if key != "brand_id"}
    if "brand_id" in noun:
        told["brand"] = noun["brand_id"]
    if "weights" in noun:
        told["weights"] = {brand_id: percent_text(weight) for brand_id, weight in noun["weights"].items()}
    return {**told, "tiers": {tier_id: _tier(tier) for tier_id, tier in noun["tiers"].items()}}


def _tier(noun: Mapping[str, Any]) -> Plain:
    told = {key: value for key, value in noun.items() if key not in ("threshold", "above", "discount_basis_points")}
    told["above" if noun.get("above") else "from"] = noun["threshold"]
    if "discount_basis_points" in noun:
        told["discount"] = percent_text(noun["discount_basis_points"])
    return told
