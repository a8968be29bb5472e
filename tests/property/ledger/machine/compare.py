"""What the ledger did, against the model's facts: after each command what is new, at checkpoints everything."""

from collections import defaultdict
from datetime import datetime

from ledger_service.domain.accrual import Accrual, MemberKey
from ledger_service.domain.apply import Applied
from ledger_service.domain.movement import CHAIN_START, Movement, MovementRef, begins, movement_hash
from tests.property.ledger.fractions_model import half_up, so_far
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.compare_documents import all_documents_are, documents_are
from tests.property.ledger.machine.facts import NEVER, Fact, Lot
from tests.support.pure_ledger import PureLedger

Told = tuple[object, ...]


class Comparison:
    """Compares one ledger with its members' accounts."""

    def __init__(self, ledger: PureLedger) -> None:
        self.ledger = ledger
        self.fact_at: dict[MovementRef, Fact] = {}
        self.ref_of: dict[int, MovementRef] = {}
        self.id_of: dict[tuple[str, str, int, int, str], str] = {}
        self.seen: dict[str, int] = defaultdict(int)
        self.booked: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self.moved: dict[str, list[tuple[Movement, Accrual | None]]] = defaultdict(list)

    def marks(self, account: Account) -> Told:
        """What a refused command may not change: everything of its wallet, by identity."""
        state, key = self.ledger.state, MemberKey(self.ledger.program, account.root)
        ids = sorted(state.of_wallet.get(key, ()))
        sizes = [len(state.accruals), len(state.burns), len(state.orders), len(state.returned), len(state.returns)]
        sizes += [len(state.holds), len(state.redemptions), len(state.adjustments), len(state.transfers)]
        sizes += [len(self.ledger.events), len(state.chains), len(state.wallets)]
        documents = [id(state.holds[one]) for one in account.holds]
        documents += [id(state.redemptions[one]) for one in account.redemptions]
        documents += [id(state.orders[key.program, sale.order_id]) for sale in account.sales.values()]
        documents += [id(burn) for one in ids for burn in map(state.burns.get, state.burns_of.get(one, ()))]
        homes = [id(state.wallets.get(MemberKey(key.program, home))) for home in _homes(account)]
        return homes, [id(state.accruals[one]) for one in ids], sizes, documents

    # --- after each command

    def step(self, account: Account, applied: Applied) -> None:
        """Raises AssertionError at the first difference."""
        root = account.root
        key = MemberKey(self.ledger.program, root)
        new = account.facts[self.seen[root] :]
        self.seen[root] = len(account.facts)
        movements = [recorded.movement for recorded in applied.event.movements]
        moved = [fact for fact in new if fact.kind != "judged"]
        for movement, fact in zip(movements, moved, strict=False):
            self.fact_at[movement.ref] = fact
            self.ref_of[id(fact)] = movement.ref
        ours, theirs = [self._told(m) for m in movements], [self._facts(fact) for fact in moved]
        assert ours == theirs, _difference(ours, theirs)
        self._note(applied)
        documents_are(applied.changes, account, self.ref_of)
        for lot in dict.fromkeys(fact.lot for fact in new):
            self._lot(account, lot)
        wallet, now = self.ledger.state.wallet(key, _homes(account)), applied.event.post_time
        assert (wallet.balance, wallet.held, wallet.debt) == (account.balance, account.all_held, account.debt)
        assert (wallet.version, wallet.last_activity_time) == (account.version, account.activity)
        assert wallet.positive == sum(max(0, account.remaining(lot)) for lot in account.lots)
        for home in _homes(account):
            row = self.ledger.state.row(MemberKey(self.ledger.program, home))
            lots = [lot for lot in account.lots if lot.home == home]
            assert row.balance == sum(account.remaining(lot) + account.held(lot) for lot in lots)
            assert row.version in (0, wallet.version)
        self._bounds(account, now)

    def _bounds(self, account: Account, now: datetime) -> None:
        wallet = self.ledger.state.wallet(MemberKey(self.ledger.program, account.root), _homes(account))
        alive = [lot for lot in account.lots if account.remaining(lot) > 0]
        assert (wallet.next_expire_time or NEVER) <= min((account.lapse(lot) for lot in alive), default=NEVER)
        ready = [account.ready(lot) for lot in alive if account.is_pending(lot, now)]
        assert all(at and wallet.pending_until and at <= wallet.pending_until for at in ready)
        ends = [hold.time_out for hold in account.holds.values() if hold.parts]
        assert (wallet.next_hold_time or NEVER) <= min(ends, default=NEVER)

    def _note(self, applied: Applied) -> None:
        for recorded in applied.event.movements:
            movement = recorded.movement
            born = begins(movement.kind, movement.cause_id, recorded.accrual)
            if born:
                self.id_of[recorded.accrual.accrual_order] = movement.accrual_id
            self.moved[movement.home].append((movement, recorded.accrual if born else None))
            for change in movement.carrying:
                sums = self.booked[movement.accrual_id, change.entity]
                sums[0] += change.liability
                sums[1] += change.receivable

    def _told(self, movement: Movement) -> Told:
        settlement = movement.settlement
        accrual = self.ledger.state.accruals[movement.accrual_id]
        repays = movement.cause.value == "repayment"
        cause_id = self.ledger.state.accruals[movement.cause_id].accrual_order if repays else movement.cause_id
        return (
            accrual.accrual_order,
            movement.kind.value,
            movement.points,
            movement.cause.value,
            cause_id,
            settlement.value and settlement.value.minor_units,
            settlement.price and settlement.price.minor_units,
            settlement.pays,
            tuple((owed.debtor, owed.creditor, owed.amount.minor_units) for owed in settlement.obligations),
            movement.available_time,
            movement.expire_time,
        )

    def _facts(self, fact: Fact) -> Told:
        return (
            fact.lot.name,
            fact.kind,
            fact.points,
            fact.cause,
            fact.other.name if fact.other else fact.cause_id,
            fact.value,
            fact.price,
            self.ref_of.get(id(fact.pays)) if fact.pays else None,
            fact.owed,
            fact.lot.available_at if _is_birth(fact) else fact.available_at,
            fact.lot.expires_at if _is_birth(fact) else fact.expires_at,
        )

    # --- everything

    def whole(self, account: Account) -> None:
        """Every sum of a member, from the first fact."""
        assert account.recomputed() == account.sums
        key = MemberKey(self.ledger.program, account.root)
        state = self.ledger.state
        assert {state.accruals[one].accrual_order for one in state.of_wallet.get(key, ())} == {
            lot.name for lot in account.lots
        }
        for lot in account.lots:
            self._lot(account, lot)
            self._carrying(account, lot)
        self._burns(account)
        all_documents_are(state, account, self.ref_of)
        for home in _homes(account):
            self._chain(MemberKey(self.ledger.program, home))

    def _accrual(self, lot: Lot) -> Accrual:
        return self.ledger.state.accruals[self.id_of[lot.name]]

    def _lot(self, account: Account, lot: Lot) -> None:
        accrual = self._accrual(lot)
        sums = (
            account.remaining(lot),
            account.held(lot),
            account.total(lot, "reversed"),
            account.total(lot, "expired"),
        )
        assert (accrual.remaining, accrual.held, accrual.reversed, accrual.expired) == sums
        grants = (account.grant(lot), account.taken(lot))
        assert (accrual.granted + accrual.corrected, accrual.reversed + accrual.shift) == grants
        times = (accrual.available_time, accrual.expire_time, accrual.earn_time)
        assert times == (account.ready(lot), account.expiry(lot), lot.earned_at)
        frozen = (accrual.brand, accrual.scope, (accrual.rolling_months, accrual.rolling_days))
        assert frozen == (lot.brand, lot.scope, lot.rolling)
        assert tuple((funder.entity, funder.share) for funder in accrual.funders) == lot.funders
        assert accrual.liability.per_point.fraction() == lot.rate

    def _carrying(self, account: Account, lot: Lot) -> None:
        """What was booked of a lot so far is a function of where it stands."""
        value = half_up((account.remaining(lot) + account.held(lot)) * lot.rate)
        accrual_id = self._accrual(lot).accrual_id
        for (entity, _), part in zip(lot.funders, so_far(abs(value), lot.weights), strict=True):
            assert self.booked[accrual_id, entity] == ([part, 0] if value > 0 else [0, -part])

    def _burns(self, account: Account) -> None:
        """What is kept of each burn is what restores and repayments of it sum to."""
        program, state = self.ledger.program, self.ledger.state
        for fact in account.facts:
            if fact.borne:
                burn = state.burns[program, self.ref_of[id(fact)]]
                assert (burn.points, burn.price.minor_units, burn.borne) == (fact.spent, fact.cost, fact.borne)
                assert (burn.restored_points, burn.restored_price) == account.restored(fact)
                assert (burn.repaid_points, burn.repaid_price) == account.repaid(fact)

    def _chain(self, home: MemberKey) -> None:
        last = CHAIN_START.hash
        for place, (movement, born) in enumerate(self.moved[home.member], start=1):
            assert movement.ref == MovementRef(home.member, place)
            assert movement.hash == movement_hash(last, home.program, movement, born)
            last = movement.hash
        assert self.ledger.state.chains.get(home, CHAIN_START) == (len(self.moved[home.member]), last)


def _homes(account: Account) -> tuple[str, str]:
    return account.root, f"{account.root}-card"


BIRTHS = ("earned", "transferred_in", "adjusted")


def _is_birth(fact: Fact) -> bool:
    return fact.kind in BIRTHS[:2] or (fact.kind == "adjusted" and fact.cause_id == fact.lot.order_id)


def _difference(ours: list[Told], theirs: list[Told]) -> str:
    lines = ["movements of the ledger (<) and facts of the model (>):"]
    for place in range(max(len(ours), len(theirs))):
        mine = ours[place] if place < len(ours) else None
        other = theirs[place] if place < len(theirs) else None
        lines += [f"  = {mine}"] if mine == other else [f"  < {mine}", f"  > {other}"]
    return "\n".join(lines)
