"""What must be true of a program's policies."""

from collections.abc import Iterator, Sequence

from rules_service.domain.fault import Fault, Path
from rules_service.domain.policies import Policies, ProofMethod, ProofTier

_REDEMPTION: Path = ("program", "redemption")


def policy_faults(policies: Policies, currencies: frozenset[str] | None) -> Iterator[Fault]:
    """The order of spending names no key twice, what is held by default may be held, and proofs leave no currency out.

    `currencies` are those of the locations; None if they cannot be told.
    """
    redemption = policies.redemption
    for index, key in enumerate(redemption.burn_order):
        first = redemption.burn_order.index(key)
        if first < index:
            reason = f"{key.value} is named a second time, first as entry {first + 1}"
            yield Fault((*_REDEMPTION, "burn_order", index), reason)
    longest = redemption.longest_hold_seconds
    if redemption.hold_seconds > longest:
        reason = f"must be at most longest_hold_seconds, {longest}"
        yield Fault((*_REDEMPTION, "hold_seconds"), reason)
    yield from _proof_faults(redemption.spending_proof, currencies)


def _proof_faults(tiers: Sequence[ProofTier], currencies: frozenset[str] | None) -> Iterator[Fault]:
    """In each currency the tiers rise, and what proves more proves less too. Who asks for proofs asks everywhere."""
    path: Path = (*_REDEMPTION, "spending_proof")
    last: dict[str, tuple[int, ProofTier]] = {}
    for index, tier in enumerate(tiers):
        yield from _twice((*path, index, "methods"), tier.methods)
        for place, amount in enumerate(tier.above):
            currency = amount.currency_code
            at = (*path, index, "above", place)
            if currencies is not None and currency not in currencies:
                yield Fault(at, f"no location sells in {currency}")
            least, before = last.get(currency, (-1, tier))
            if amount.minor_units <= least:
                yield Fault(at, f"must be more than the entry before it in {currency}")
            if extra := [method.value for method in tier.methods if method not in before.methods]:
                reason = f"{extra[0]} would prove more than it proves below, in {currency}"
                yield Fault((*path, index, "methods"), reason)
            last[currency] = (amount.minor_units, tier)
    if tiers and (open_ones := sorted((currencies or frozenset()) - last.keys())):
        yield Fault(path, f"says nothing of {', '.join(open_ones)}, which locations sell in")


def _twice(path: Path, methods: Sequence[ProofMethod]) -> Iterator[Fault]:
    for index, method in enumerate(methods):
        if method in methods[:index]:
            yield Fault((*path, index), f"{method.value} is named a second time")
