"""Quoting points: what the wallet holds, then what that is worth; nothing is set aside."""

from chassis.values.integers import INT64_MAX
from chassis.values.money import Money
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.apply.spending import burn_order, first_of, obligations_of
from ledger_service.domain.quote import Quote, quote
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.domain.scope import SpendingPlace
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.ports import Clock, Members, Programs, Reader, Rules
from ledger_service.use_cases.requests import QuoteRequest
from ledger_service.use_cases.spend_ports import SpendReader


class QuoteRedemption:
    """What are points worth, here and elsewhere?"""

    def __init__(
        self,
        programs: Programs,
        members: Members,
        rules: Rules,
        reader: Reader,
        spend_reader: SpendReader,
        clock: Clock,
    ) -> None:
        self._programs = programs
        self._members = members
        self._rules = rules
        self._reader = reader
        self._spend_reader = spend_reader
        self._clock = clock

    async def __call__(self, request: QuoteRequest) -> Quote:
        """The comparison, with what the member can spend here, at the moment a redemption would be made at."""
        facts = self._programs.facts(request.program)
        resolution = await self._members.resolve(request.program, request.member)
        key, homes = MemberKey(request.program, resolution.root), resolution.homes
        wallet = await self._reader.wallet(key, homes, self._clock.now(), facts.replay_clock)
        terms = await self._rules.redemption_terms(
            request.program, request.location_id, request.brand, request.currency, wallet.as_of
        )
        place = SpendingPlace(request.brand, request.location_id, terms.operator, terms.region)
        restricted = await self._spend_reader.restricted(key, homes, wallet.as_of)
        barred = sum(points for scope, points in restricted.items() if not place.allows(scope))
        available = max(0, wallet.available - barred)
        points = request.points or terms.most_of(available) or available
        await self._check_terms(key, homes, wallet, terms, place, points, barred)
        return quote(terms, points, available, wallet.as_of)

    async def _check_terms(
        self,
        key: MemberKey,
        homes: tuple[str, ...],
        wallet: WalletView,
        terms: RedemptionTerms,
        place: SpendingPlace,
        points: int,
        barred: int,
    ) -> None:
        """NO_SETTLEMENT_TERMS if a redemption would be refused for it."""
        order = burn_order(terms, place)
        # In any other order than the store's own the last may be first.
        enough = min(points + barred, INT64_MAX) if order is None else INT64_MAX
        accruals = await self._spend_reader.spendable(key, homes, enough, wallet.as_of)
        here = sorted(
            (accrual for accrual in accruals if place.allows(accrual.scope)),
            key=order or (lambda accrual: accrual.burn_key),
        )
        most = min(points, sum(accrual.remaining for accrual in here))
        for accrual, _ in first_of([(accrual, accrual.remaining) for accrual in here], most):
            obligations_of(accrual, Money(terms.here.rate.currency, 0), terms)
