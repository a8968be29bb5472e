"""Quoting points: what the wallet holds, then what that is worth; nothing is set aside."""

from chassis.values.integers import INT64_MAX
from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.apply.pricing import settleable
from ledger_service.domain.apply.spending import after_first, burn_order, first_of
from ledger_service.domain.quote import Quote, quote
from ledger_service.domain.redemption import RedemptionTerms
from ledger_service.domain.scope import SpendingPlace
from ledger_service.domain.wallet import WalletView
from ledger_service.use_cases.ports import Clock, Members, Programs, Rules
from ledger_service.use_cases.read_ports import Reader
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
        if wallet.debt:
            barred -= await self._repaying(key, homes, wallet, place)
        available = max(0, wallet.available - barred)
        points = request.points or terms.most_of(available) or available
        await self._check_terms(key, homes, wallet, terms, place, points, barred)
        return quote(terms, points, available, wallet.as_of, facts.policies.proofs)

    async def _repaying(self, key: MemberKey, homes: tuple[str, ...], wallet: WalletView, place: SpendingPlace) -> int:
        """Points that may not be spent at the place but will be gone before any are: in their turn they repay what the
        wallet owes."""
        accruals = await self._in_order(key, homes, wallet.debt, wallet)
        most = min(wallet.debt, sum(points for _, points in accruals))
        return sum(points for accrual, points in first_of(accruals, most) if not place.allows(accrual.scope))

    async def _in_order(
        self, key: MemberKey, homes: tuple[str, ...], enough: int, wallet: WalletView
    ) -> list[tuple[Accrual, int]]:
        """Spendable accruals in the default order with their points, as many as hold enough of them."""
        accruals = await self._spend_reader.spendable(key, homes, min(enough, INT64_MAX), wallet.as_of)
        in_order = sorted(accruals, key=lambda accrual: accrual.burn_key)
        return [(accrual, accrual.remaining) for accrual in in_order]

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
        enough = wallet.debt + points + barred if order is None else INT64_MAX
        accruals = after_first(await self._in_order(key, homes, enough, wallet), wallet.debt)
        here = [(accrual, left) for accrual, left in accruals if place.allows(accrual.scope)]
        if order is not None:
            here.sort(key=lambda one: order(one[0]))
        most = min(points, sum(left for _, left in here))
        settleable([accrual for accrual, _ in first_of(here, most)], terms)
