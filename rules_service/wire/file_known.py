"""What files define, for saying that something else names what does not exist."""

from rules_service.domain.fault import KnownIds
from rules_service.domain.program import Program
from rules_service.wire.file_sources import Sources


def known_ids(sources: Sources, program: Program) -> KnownIds:
    """What is defined; what may be defined where it could not be read counts as not to be told.

    A program without a tree of categories, or without locations, says nothing about them.
    """
    categories = sources.known("categories")
    ladders = {ladder.ladder_id: ladder.tier_ids() for ladder in program.ladders}
    located = program.locations if len(program.locations) == len(sources.nouns["locations"]) else ()
    told = sources.complete and bool(located)
    return KnownIds(
        entities=sources.known("entities"),
        brands=sources.known("brands"),
        locations=sources.known("locations"),
        categories=categories or None,
        groups=sources.known("stacking"),
        regions=frozenset(location.region for location in located) if told else None,
        operators=frozenset(location.operator_entity_id for location in located) if told else None,
        currencies=frozenset(location.currency_code for location in located) if told else None,
        offers=_offers(sources, program),
        ladders=ladders if sources.complete and ladders.keys() == sources.nouns["ladders"].keys() else None,
    )


def _offers(sources: Sources, program: Program) -> frozenset[str] | None:
    """Told by rules, so only if each of them could be read."""
    read = {sources.made_rules.get(rule.rule_id, (rule.rule_id, 0))[0] for rule in program.earn_rules}
    if not sources.complete or read != sources.nouns["earn_rules"].keys():
        return None
    return frozenset(rule.offer_id for rule in program.earn_rules if rule.offer_id)
