"""Random sales, with or without a member, what pays for them, and claims."""

from dataclasses import replace

from ledger_service.domain.commands import ClaimOrder, OrderPart, PostOrder, Tender, TenderLine
from ledger_service.domain.fingerprints import order_key
from ledger_service.domain.order import DocumentRef, OrderDocument, OrderLine, anonymous_home, order_id_of
from ledger_service.domain.redemption import tender_redemption_id_of
from tests.property.ledger.machine import selling
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.ask_awards import awards_of, lot_of, sale_as_told
from tests.property.ledger.machine.documents import Return, Sale
from tests.property.ledger.machine.facts import Lot, Refused
from tests.property.ledger.machine.selling import Pay
from tests.property.ledger.machine.world import BRANDS, World
from tests.support.pure_ledger import sold

CLAIM_DAYS = 30


class Sales:
    """Asks for them."""

    def __init__(self, world: World) -> None:
        self.world = world

    # --- posted

    def sell(self, document: str = "", root: str = "") -> None:
        """A sale of one to three lines."""
        world = self.world
        root = root or world.one_of(world.members)
        document = document or f"{root}-{world.count}"
        home = world.one_of(world.homes(root))
        command, lots, pays = self.sale_of(root, home, document)
        sale = sale_as_told(command.order.document, command.order.order_id, home)
        waiting = world.waiting(document)
        if world.run(command, lambda account: _sold(account, world, sale, lots, pays, waiting)):
            world.ended(waiting)
            world.sold(document, root)

    def sale_of(self, root: str, home: str, document: str) -> tuple[PostOrder, list[Lot], list[Pay]]:
        """The command of a sale, and what the model is told."""
        world = self.world
        lines = self._lines()
        origin = world.origin(root, home)
        order_id = order_id_of(world.ledger.program, DocumentRef("till", document))
        awards = awards_of(world, lines)
        tenders = self._tenders(world.account(root), lines, origin.location_id)
        made = OrderDocument(
            DocumentRef("till", document),
            origin.location_id,
            "store",
            world.ledger.now,
            "USD",
            sum(line.net for line in lines),
            tuple(lines),
        )
        part = OrderPart(order_key(world.ledger.program, made.ref), order_id, made, tuple(awards), tuple(tenders))
        lots = [lot_of(home, order_id, given, world.ledger.now) for given in awards]
        return PostOrder(origin, part), lots, [_pay(order_id, tender) for tender in tenders]

    def _lines(self) -> list[OrderLine]:
        world = self.world
        return [
            sold(number, world.choose(0, 40) * 10, world.one_of(BRANDS), quantity=world.choose(0, 4))
            for number in range(1, world.choose(1, 3) + 1)
        ]

    def _tenders(self, account: Account, lines: list[OrderLine], location: str) -> list[Tender]:
        world = self.world
        if world.often(3) or (not account.holds and world.often(20)):
            return []
        found: list[Tender] = []
        holds = [one.hold_id for one in account.holds.values() if one.shop and one.state == "open"] or ["aut-none"]
        spent = [one.redemption_id for one in account.redemptions.values() if not one.order_id] or ["red-none"]
        for _ in range(world.one_of((1, 1, 1, 2))):
            hold = holds != ["aut-none"] and world.one_of((True, True, False))
            chosen = world.one_of((holds if hold else spent)[-3:])
            if chosen in {tender.authorization_id or tender.redemption_id for tender in found}:
                continue
            points = self._points(account, chosen, hold)
            if self._elsewhere(account, chosen, location) and world.often(15):
                continue
            made = Tender(
                chosen if hold else "",
                "" if hold else chosen,
                world.one_of((0, 0, max(1, points // 2))) if hold else 0,
                hold and world.one_of((False, True)),
                self._split(lines, points),
            )
            found.append(made)
        return found

    def _elsewhere(self, account: Account, chosen: str, location: str) -> bool:
        known = account.holds.get(chosen) or account.redemptions.get(chosen)
        return known is None or known.shop is None or known.shop.place.location != location

    def _points(self, account: Account, chosen: str, hold: bool) -> int:
        if hold:
            return account.holds[chosen].holds if chosen in account.holds else 1
        return account.redemptions[chosen].points if chosen in account.redemptions else 1

    def _split(self, lines: list[OrderLine], points: int) -> tuple[TenderLine, ...]:
        world = self.world
        if world.often(4):
            return ()
        first = world.choose(1, max(1, points))
        numbers = [line.line_number for line in lines] or [1]
        if first == points or len(numbers) == 1:
            return (TenderLine(9 if world.seldom(20) else world.one_of(numbers), points),)
        return (TenderLine(numbers[0], first), TenderLine(numbers[1], points - first))

    # --- nobody's

    def sell_to_nobody(self, document: str = "") -> None:
        """A sale that names nobody."""
        world = self.world
        document = document or f"nobody-{world.count}"
        root = anonymous_home(world.ledger.program, DocumentRef("till", document))
        command, _, _ = self.sale_of(root, root, document)
        command = replace(command, order=replace(command.order, awards=(), tenders=()))
        sale = sale_as_told(command.order.document, command.order.order_id, root, "claimable")
        waiting = world.waiting(document)
        if world.run(command, lambda account: _sold(account, world, sale, [], [], waiting)):
            world.ended(waiting)
            world.sold(document, root)

    def claim(self) -> None:
        """Somebody claims a sale; mostly one of nobody's."""
        world = self.world
        pool = world.nobodys[-6:] if world.nobodys and world.often(8) else world.recent[-6:]
        if not pool:
            return
        document, root = world.one_of(pool), world.one_of(world.members)
        seller = world.root_of[document]
        if not seller.startswith("anon") and seller != root:
            return
        known = world.account(seller).sales[document].copy()
        overtaken = world.seldom(25)
        order = world.ledger.state.orders[world.ledger.program, known.order_id]
        home = world.one_of(world.homes(root))
        awards = awards_of(world, list(order.document.lines))
        judged = replace(order.document, total=order.document.total + 1) if overtaken else order.document
        key = order_key(world.ledger.program, judged.ref)
        part = OrderPart(key, known.order_id, judged, tuple(awards))
        command = ClaimOrder(world.origin(root, home), key, part, CLAIM_DAYS)
        lots = [lot_of(home, known.order_id, given, known.at) for given in awards]
        nobodys_yet = seller.startswith("anon")

        def model(account: Account) -> object:
            now = world.ledger.now
            if overtaken:
                raise Refused("OVERTAKEN")
            return {"repaid_points": selling.claim(account, now, now, known, nobodys_yet, CLAIM_DAYS, lots)}

        known.home = home
        if world.run(command, model):
            world.root_of[document] = root
            world.nobodys.remove(document)


def _sold(
    account: Account, world: World, sale: Sale, lots: list[Lot], pays: list[Pay], waiting: list[Return]
) -> dict[str, object]:
    paid = selling.sell(account, world.ledger.now, sale, lots, pays, waiting)
    ended = tuple(one.return_id for one in waiting if one.state != "parked")
    return {"repaid_points": paid, "resolved_returns": ended, "order_id": sale.order_id}


def _pay(order_id: str, tender: Tender) -> Pay:
    made = tender.redemption_id or tender_redemption_id_of(order_id, tender.authorization_id)
    lines = tuple((line.line_number, line.points) for line in tender.lines)
    return Pay(tender.authorization_id, made, tender.points, tender.release_rest, lines)
