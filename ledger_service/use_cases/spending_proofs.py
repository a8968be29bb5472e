"""Whether spending has to be proven, and asking identity for the proof before the command is queued.

What a member spent shortly before and was not given back counts together with what she spends. It is read outside the
lane with the version of her wallet; a command that meets another version is OVERTAKEN and made anew, so that of two at
once one sees the other.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.values.integers import INT64_MAX
from chassis.values.money import Money
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.commands import RequestKey
from ledger_service.domain.proof import Proof, ProofDemand, ProofMethod, ProofTier, methods_for
from ledger_service.domain.proof_refusals import proof_required
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.use_cases.ports import Clock, MemberRef, ProgramFacts, Resolution
from ledger_service.use_cases.read_ports import Reader
from ledger_service.use_cases.spend_ports import GivenProof, ProofQuestion, Proofs, Span, SpendReader

CARD = 1
"""The kind of identifier that a card is, as the contract numbers it."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Points about to be spent: by whom, where, worth how much in all.

    `named` is the member as the call named her, None where it names an authorization: `hold_id`, with the proof it was
    `proven` by. `request` names what the proof is used for.
    """

    facts: ProgramFacts
    resolution: Resolution
    value: Money
    location_id: str
    occur_time: datetime
    request: RequestKey
    given: GivenProof | None
    named: MemberRef | None = None
    hold_id: str = ""
    proven: Proof | None = None


Proven = tuple[ProofDemand | None, Proof | None]
"""What the program asks for, and the proof that was accepted."""


class SpendingProofs:
    """Shared by the use cases that spend points."""

    def __init__(self, proofs: Proofs, reader: Reader, spend_reader: SpendReader, clock: Clock) -> None:
        self._proofs = proofs
        self._reader = reader
        self._spend_reader = spend_reader
        self._clock = clock

    async def __call__(self, spent: Spent, tries: Callable[[], Awaitable[None]]) -> Proven:
        """What is asked for and what was given. `tries` counts that it is asked here at all, before anything is read.
        Raises PROOF_REQUIRED, or identity's PROOF_REFUSED."""
        tiers = spent.facts.policies.proofs.tiers_of(spent.value.currency_code)
        if not tiers:
            return None, None
        await tries()
        demand = await self._demand(spent, tiers)
        methods = methods_for(tiers, spent.value.minor_units + demand.spent_before)
        if not methods or (spent.proven is not None and spent.proven.method in methods):
            return demand, None
        if spent.given is None or spent.given.method not in methods:
            raise proof_required(spent.value, [method.name for method in methods])
        return demand, await self._proofs.verify(_question(spent, spent.given))

    async def _demand(self, spent: Spent, tiers: tuple[ProofTier, ...]) -> ProofDemand:
        """What was spent before matters unless a proof is enough for any amount."""
        window = spent.facts.policies.proofs.window_minutes
        if not window or _enough_for_any(spent, tiers):
            return ProofDemand(tiers)
        key = MemberKey(spent.facts.program, spent.resolution.root)
        homes, now = spent.resolution.homes, self._now(spent)
        # The version first: what is spent in between is counted, and makes the version another.
        wallet = await self._reader.wallet(key, homes, self._clock.now(), spent.facts.replay_clock)
        span = Span(now - timedelta(minutes=window), now)
        before = await self._spend_reader.spent_since(key, homes, spent.value.currency_code, span, spent.hold_id)
        return ProofDemand(tiers, before, wallet.version)

    def _now(self, spent: Spent) -> datetime:
        return spent.occur_time if spent.facts.replay_clock else self._clock.now()


def _enough_for_any(spent: Spent, tiers: tuple[ProofTier, ...]) -> bool:
    """Whether a proof of the highest tier was accepted, or is going to be looked at for the amount alone. One that is
    merely sent along says nothing: each part of an amount could name one that nobody looks at."""
    highest = tiers[-1].methods
    if spent.proven is not None and spent.proven.method in highest:
        return True
    alone = methods_for(tiers, spent.value.minor_units)
    looked_at = bool(alone) and (spent.proven is None or spent.proven.method not in alone)
    return looked_at and spent.given is not None and spent.given.method in highest


def worth(points: int, terms: RedemptionTerms) -> Money:
    """What points are worth on terms, floored. What is refused for its value, the lane refuses."""
    rate = terms.here.rate
    return Money(rate.currency, min(rate.per_point.floor_of(points), INT64_MAX))


def _question(spent: Spent, given: GivenProof) -> ProofQuestion:
    """A card in hand is the one the call names, if it tells no other."""
    named = spent.named
    if given.method is ProofMethod.CARD_IN_HAND and not given.value and named is not None and named.kind == CARD:
        given = replace(given, value=named.value)
    # The use is this intent of this caller, by this method: its repeat uses up nothing, another intent has none of it.
    use = f"{spent.request.key.hex()}.{spent.request.fingerprint.hex()[:32]}.{given.method.value}"
    program = spent.facts.program
    return ProofQuestion(program, f"spend:{use}"[:128], spent.resolution.root, given, spent.location_id)
