"""Random sweeps, extensions, adjustments and transfers."""

from datetime import datetime, timedelta
from fractions import Fraction

from chassis.values.rounding import Ratio
from ledger_service.domain.accrual import Funder, PointRate
from ledger_service.domain.adjustment import AdjustmentTerms
from ledger_service.domain.commands import (
    AdjustPoints,
    DecideAdjustment,
    ExtendExpiry,
    ReceiveTransfer,
    SendTransfer,
    SweepWallet,
)
from ledger_service.domain.policies import BurnRule
from tests.property.ledger.machine import people
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.ask_spending import ORDERS
from tests.property.ledger.machine.documents import Proposal, Transfer
from tests.property.ledger.machine.facts import Lot, Refused
from tests.property.ledger.machine.world import BRANDS, World


class People:
    """Asks for what they do."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.on_the_way: list[Transfer] = []
        self.terms: dict[str, AdjustmentTerms] = {}

    # --- time

    def sweep(self) -> None:
        """Somebody looks whether anything is due."""
        world = self.world
        now = world.ledger.now
        root = world.who(lambda account: _due(account, now))
        if not _due(world.account(root), now) and (not world.idle_sweeps or world.often(6)):
            return
        known = len(world.account(root).facts)
        world.run(SweepWallet(world.origin(root)), lambda account: _swept(account, known))

    def extend(self) -> None:
        """Points expire later."""
        world = self.world
        root = world.who(
            lambda account: any(account.expiry(lot) and account.remaining(lot) > 0 for lot in account.lots)
        )
        account = world.account(root)
        until = world.ledger.now + timedelta(days=world.one_of((1, 40, 40, 400)))
        named: list[Lot | None] = []
        if account.lots and world.often(2):
            mortal = [lot for lot in account.lots if account.expiry(lot) and account.remaining(lot) > 0] or account.lots
            named = [world.one_of(mortal[-8:])] if world.often(15) else [None]
        ids = tuple((lot.home, world.comparison.id_of[lot.name]) if lot else (root, "acc-none") for lot in named)
        origin = world.origin(root)
        extension_id = f"ext-{origin.request_id}"
        command = ExtendExpiry(origin, extension_id, ids, until, "sorry", "ops")
        world.run(command, lambda account: _extended(account, world, extension_id, named, until))

    # --- adjustments

    def adjust(self) -> None:
        """Points are given or taken, or that is proposed."""
        world = self.world
        root = world.one_of(world.members)
        account, home = world.account(root), world.one_of(world.homes(root))
        origin = world.origin(root, home)
        adjustment_id = f"adj-{origin.request_id}"
        points = world.one_of((world.choose(1, 40), -world.choose(1, 10)))
        lot, lot_id = self._named(account) if points < 0 else (None, "")
        second = not world.often(3)
        days = world.one_of((None, -1, 20)) if points > 0 else None
        expires = None if days is None else world.ledger.now + timedelta(days=days)
        here = [one.brand for one in account.spendable(world.ledger.now)] if points < 0 else []
        brand = lot.brand if lot and world.often(10) else world.one_of(here or BRANDS)
        terms = _terms(points, brand, lot, lot_id, expires)
        proposal = Proposal(
            adjustment_id, home, points, brand, lot, lot_id, expires, "proposed" if second else "applied"
        )
        given = self._given(proposal, world.ledger.now)
        rules = world.one_of(ORDERS)
        command = AdjustPoints(origin, adjustment_id.encode(), adjustment_id, terms, second, rules)

        def model(account: Account) -> object:
            paid = 0 if second else people.adjust(account, world.ledger.now, proposal, given, _keys(rules))
            people.propose(account, proposal)
            return {"repaid_points": paid, "adjustment_id": adjustment_id}

        if world.run(command, model):
            self.terms[adjustment_id] = terms

    def _named(self, account: Account) -> tuple[Lot | None, str]:
        world = self.world
        if not account.lots or world.often(2):
            return None, ""
        if world.seldom(15):
            return None, "acc-none"
        filled = [lot for lot in account.lots if account.remaining(lot) > 0]
        lot = world.one_of((filled if filled and world.often(10) else account.lots)[-8:])
        return lot, world.comparison.id_of[lot.name]

    def _given(self, proposal: Proposal, at: datetime) -> Lot | None:
        if proposal.points < 0:
            return None
        return Lot(
            home=proposal.home,
            order_id=proposal.adjustment_id,
            line=0,
            ordinal=0,
            rule="adjustment",
            brand=proposal.brand,
            funders=((proposal.brand, 10_000),),
            rate=Fraction(1),
            granted=proposal.points,
            earned_at=at,
            available_at=None,
            expires_at=proposal.expires_at,
        )

    def decide(self) -> None:
        """A second person's word."""
        world = self.world
        root = world.who(lambda account: any(one.state == "proposed" for one in account.proposals.values()))
        account, home = world.account(root), world.one_of(world.homes(root))
        known = list(account.proposals.values())
        open_ones = [one.adjustment_id for one in known if one.state == "proposed"]
        chosen = world.one_of(
            open_ones if open_ones and world.often(6) else [*(o.adjustment_id for o in known[-3:]), ""]
        )
        approve = world.often(3)
        terms = self.terms.get(chosen) or _terms(1, "north", None, "", None)
        given = self._given(account.proposals[chosen], world.ledger.now) if chosen else None
        rules = world.one_of(ORDERS)
        command = DecideAdjustment(world.origin(root, home), chosen or "adj-none", terms, approve, "op-2", rules)

        def model(account: Account) -> object:
            return {"repaid_points": people.decide(account, world.ledger.now, chosen, approve, given, _keys(rules))}

        world.run(command, model)

    # --- transfers

    def send(self) -> None:
        """Points leave for another member."""
        world = self.world
        root = world.who(lambda account: account.available(world.ledger.now) > 2)
        receiver = root if world.seldom(10) else world.one_of([one for one in world.members if one != root])
        available = world.account(root).available(world.ledger.now)
        points = world.one_of((max(1, available // 3), max(1, available // 2), max(1, available)))
        points = available + 1 if world.seldom(15) else points
        origin = world.origin(root)
        transfer_id = f"trf-{origin.request_id}"
        rules = world.one_of(ORDERS)
        command = SendTransfer(origin, transfer_id.encode(), transfer_id, receiver, receiver, points, "gift", rules)

        def model(account: Account) -> object:
            return {"points": people.send(account, world.ledger.now, transfer_id, receiver, points, _keys(rules))}

        applied = world.run(command, model)
        if applied:
            self.on_the_way.append(world.account(root).transfers[transfer_id])

    def receive(self) -> None:
        """They arrive."""
        world = self.world
        if not self.on_the_way:
            return
        transfer = self.on_the_way.pop(world.choose(0, len(self.on_the_way) - 1))
        home = world.one_of(world.homes(transfer.receiver))
        known = world.ledger.state.transfers[transfer.transfer_id]
        lots = [_successor(transfer, number, home) for number in range(1, len(transfer.parts) + 1)]
        origin = world.origin(transfer.receiver, home)
        command = ReceiveTransfer(origin, f"in-{transfer.transfer_id}".encode(), known)
        applied = world.run(
            command, lambda account: {"repaid_points": people.receive(account, world.ledger.now, transfer, lots)}
        )
        if not applied:
            self.on_the_way.append(transfer)


def _keys(rules: tuple[BurnRule, ...]) -> tuple[str, ...]:
    return tuple(rule.value for rule in rules)


def _due(account: Account, now: datetime) -> bool:
    lapsed = any(account.remaining(lot) > 0 and account.lapse(lot) <= now for lot in account.lots)
    return lapsed or any(hold.parts and hold.time_out <= now for hold in account.holds.values())


def _swept(account: Account, known: int) -> object:
    if len(account.facts) == known:
        raise Refused("NOTHING_DUE")
    new = account.facts[known:]
    gone = (fact.points for fact in new if fact.kind == "expired")
    freed = (fact.points for fact in new if fact.kind == "unheld")
    return {"expired_points": sum(gone), "unheld_points": sum(freed)}


def _extended(
    account: Account, world: World, extension_id: str, named: list[Lot | None], until: datetime
) -> dict[str, object]:
    lots = people.extend(account, world.ledger.now, extension_id, named, until)
    ids = tuple(world.comparison.id_of[lot.name] for lot in lots)
    return {"points": sum(max(0, account.remaining(lot)) + account.held(lot) for lot in lots), "accrual_ids": ids}


def _terms(points: int, brand: str, lot: Lot | None, lot_id: str, expires: datetime | None) -> AdjustmentTerms:
    return AdjustmentTerms(
        points=points,
        brand=brand,
        issuer=brand,
        funders=(Funder(brand, 10_000),),
        liability=PointRate("USD", Ratio(1, 1)),
        accrual_id=lot_id,
        accrual_home=lot.home if lot else "nobody" if lot_id else "",
        expire_time=expires,
        reason_code="goodwill",
        note="",
        operator_id="op-1",
    )


def _successor(transfer: Transfer, number: int, home: str) -> Lot:
    lot, points, ready, expiry = transfer.parts[number - 1]
    return Lot(
        home=home,
        order_id=transfer.transfer_id,
        line=number,
        ordinal=lot.ordinal,
        rule=lot.rule,
        brand=lot.brand,
        funders=lot.funders,
        rate=lot.rate,
        granted=points,
        earned_at=lot.earned_at,
        available_at=ready,
        expires_at=expiry,
        scope=lot.scope,
        rolling=lot.rolling,
        origin=lot,
    )
