"""What must be true of agreements between entities, one by one and together: never two at once for the same pair."""

from collections import defaultdict
from collections.abc import Iterator

from rules_service.domain.check_dates import interval_faults, overlaps
from rules_service.domain.check_worth import worth_faults
from rules_service.domain.fault import Fault, KnownIds, Path, unknown
from rules_service.domain.program import (
    AgreedPrice,
    Agreement,
    PricePerPoint,
    Program,
    ShareOfFace,
)

MOST_SHARE = 2
"""Of a price, and of its cap, in the whole of what it is a share of."""


def agreement_faults(program: Program, known: KnownIds) -> Iterator[Fault]:
    """Faults of agreements one by one, and of those that are in force at once."""
    for agreement in program.agreements:
        yield from _one(agreement, known)
    of_pair: dict[tuple[str, str], list[Agreement]] = defaultdict(list)
    for agreement in program.agreements:
        of_pair[agreement.issuer_entity_id, agreement.redeemer_entity_id].append(agreement)
    for agreements in of_pair.values():
        for later, earlier in overlaps([agreement.interval for agreement in agreements]):
            reason = f"in force at once with {agreements[earlier].agreement_id}, for the same entities"
            yield Fault(("agreements", agreements[later].agreement_id), reason)


def _one(agreement: Agreement, known: KnownIds) -> Iterator[Fault]:
    path: Path = ("agreements", agreement.agreement_id)
    issuer, redeemer = agreement.issuer_entity_id, agreement.redeemer_entity_id
    if issuer:
        yield from unknown((*path, "issuer"), "entity", issuer, known.entities)
    if redeemer:
        yield from unknown((*path, "redeemer"), "entity", redeemer, known.entities)
    if issuer and issuer == redeemer:
        yield Fault((*path, "redeemer"), "one's own points owe nobody; leave the agreement out")
    yield from _price_faults(path, agreement.price, known)
    if agreement.fee.fraction() > 1:
        yield Fault((*path, "fee"), "must be at most 100%")
    cap = agreement.cap_of_face
    if cap is not None and not 0 < cap.fraction() <= MOST_SHARE:
        yield Fault((*path, "cap_of_face"), f"must be above 0% and at most {MOST_SHARE * 100}%")
    yield from interval_faults(path, agreement.interval)


def _price_faults(path: Path, price: AgreedPrice, known: KnownIds) -> Iterator[Fault]:
    if isinstance(price, PricePerPoint):
        yield from _point_price_faults((*path, "price_per_point"), price, known)
    elif price.share.fraction() > MOST_SHARE:
        key = "share_of_face" if isinstance(price, ShareOfFace) else "share_of_liability"
        yield Fault((*path, key), f"must be at most {MOST_SHARE * 100}%")


def _point_price_faults(path: Path, price: PricePerPoint, known: KnownIds) -> Iterator[Fault]:
    stated: set[str] = set()
    for index, rate in enumerate(price.rates):
        yield from worth_faults((*path, index), rate)
        if rate.currency_code in stated:
            yield Fault((*path, index), f"a second price in {rate.currency_code}")
        elif known.currencies is not None and rate.currency_code not in known.currencies:
            yield Fault((*path, index), f"no location takes {rate.currency_code}")
        stated.add(rate.currency_code)
