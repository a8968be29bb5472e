"""Random returns: posted, announced, parked, resolved; cancelled and exchanged sales."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from ledger_service.domain.commands import (
    AwaitedSale,
    CancelOrder,
    CancelReturn,
    ExchangeOrder,
    OpenReturn,
    PostReturn,
    ResolveParkedReturn,
    ReturnPart,
    SaleLock,
)
from ledger_service.domain.commands.earn import sale_locks
from ledger_service.domain.fingerprints import announcement_key, cancellation_key, order_key, return_key
from ledger_service.domain.order import (
    DocumentRef,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
    SaleHome,
    order_id_of,
    return_id_of,
)
from ledger_service.domain.policies import ReturnPolicy
from tests.property.ledger.machine import returning, selling
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.ask_awards import sale_as_told
from tests.property.ledger.machine.ask_sales import Sales
from tests.property.ledger.machine.ask_spending import policies
from tests.property.ledger.machine.documents import Back, Policy, Sale
from tests.property.ledger.machine.spending import repay
from tests.property.ledger.machine.world import World

WHY = "changed her mind"
BASES = ("quantity", "amount", "whole")


class Returns:
    """Asks for them."""

    def __init__(self, world: World, sales: Sales) -> None:
        self.world = world
        self.sales = sales
        self.expected: dict[str, list[str]] = defaultdict(list)
        self.announced: dict[str, list[str]] = defaultdict(list)

    # --- posted

    def give_back(self) -> None:
        """One to three shares of lines of any of a member's sales, mostly of recent ones; or of a sale of nobody's."""
        world = self.world
        root = self._root()
        account = world.account(root)
        if not account.sales:
            return
        backs = [self._back(account) for _ in range(world.one_of((1, 1, 1, 2, 3)))]
        document = self._document(root)
        self._post(root, document, backs)

    def _root(self) -> str:
        world = self.world
        if world.nobodys and world.seldom(9):
            return world.root_of[world.one_of(world.nobodys[-3:])]
        return world.who(lambda account: any(_open(sale) for sale in account.sales.values()))

    def _document(self, root: str) -> str:
        """A return of its own number, or one that was announced."""
        waiting = self.announced[root]
        if waiting and not self.world.often(3):
            return waiting.pop(0)
        return f"return-{self.world.count}"

    def _post(self, root: str, document: str, backs: list[Back]) -> None:
        world = self.world
        policy, told = policies(world)
        part = self._part(root, document, backs, policy)
        command = PostReturn(world.origin(root), part, (), self._locks(part))
        world.run(command, lambda account: _given_back(account, world, part.return_id, backs, told))

    def _back(self, account: Account, document: str = "") -> Back:
        world = self.world
        open_ones = [one for one, sale in account.sales.items() if _open(sale)]
        pool = open_ones if open_ones and world.often(15) else list(account.sales)
        sale = account.sales[document or world.one_of(pool[-5:])]
        lines = _open(sale) if _open(sale) and world.often(12) else list(sale.lines)
        line = 9 if world.seldom(30) else world.one_of(lines)
        basis, before = sale.returned.get(line, (world.one_of(BASES), 0))
        if world.seldom(20):
            basis = world.one_of(BASES)
        if not sale.lines.get(line, {}).get(basis, 0) and world.often(10):
            basis = "whole"
        if basis == "whole":
            return Back(sale.document, line, basis, None)
        left = sale.lines.get(line, {}).get(basis, 0) - before
        amount = world.one_of((1, left, left, left // 2, left // 3))
        amount = left + 1 if world.seldom(25) else amount
        return Back(sale.document, line, basis, max(1, amount))

    def _part(self, root: str, document: str, backs: Sequence[Back], policy: ReturnPolicy) -> ReturnPart:
        world = self.world
        sales = world.account(root).sales
        made = ReturnDocument(
            ref=DocumentRef("till", document),
            location_id="shop",
            channel="store",
            occur_time=world.ledger.now,
            lines=tuple(ReturnLine(number, (_share(back),)) for number, back in enumerate(backs, start=1)),
        )
        homes = tuple(
            SaleHome(DocumentRef("till", name), sales[name].home)
            for name in dict.fromkeys(back.document for back in backs)
            if name in sales
        )
        return ReturnPart(
            world.ledger.program, return_key(world.ledger.program, made.ref), made, homes, policy, returning.PLACE
        )

    def _locks(self, part: ReturnPart) -> tuple[SaleLock, ...]:
        """Of sales that are nobody's."""
        return sale_locks(tuple((order_key(part.program, sale.sale), sale.home) for sale in part.sales))

    # --- announced

    def announce(self) -> None:
        """Goods are announced."""
        world = self.world
        root = self._root()
        account = world.account(root)
        if not account.sales:
            return
        backs = [self._back(account) for _ in range(world.one_of((1, 1, 2)))]
        come = [known.document for known in account.returns.values()]
        document = world.one_of(come[-4:]) if come and world.seldom(20) else f"return-{world.count}"
        policy, told = policies(world)
        part = self._part(root, document, backs, policy)
        key = announcement_key(world.ledger.program, part.return_id)
        command = OpenReturn(world.origin(root), key, part)
        applied = world.run(
            command,
            lambda account: {"held_points": returning.announce(account, world.ledger.now, part.return_id, backs, told)},
        )
        if applied:
            self.announced[root].append(document)

    def call_off(self) -> None:
        """Announced goods do not come."""
        world = self.world
        root = world.who(_announced)
        known = list(world.account(root).holds.values())
        still = [hold.hold_id for hold in known if hold.state == "open" and not hold.shop]
        return_id = world.one_of(
            still if still and world.often(10) else [*(one.hold_id for one in known[-4:]), "ret-0"]
        )
        command = CancelReturn(world.origin(root), return_id)
        world.run(command, lambda account: {"unheld_points": returning.call_off(account, world.ledger.now, return_id)})

    # --- parked

    def park(self) -> None:
        """A return of a sale that has not come; sometimes of another one besides that has."""
        world = self.world
        root = world.one_of(world.members)
        account = world.account(root)
        missing = f"{root}-early-{world.count}"
        waiting = [one for one in list(self.expected)[-9:] if one not in world.root_of]
        if waiting and not world.often(3):
            missing = world.one_of(waiting[-3:])
        basis = world.one_of(BASES)
        amount = None if basis == "whole" else world.one_of((1, 2, 30))
        backs = [Back(missing, world.one_of((1, 1, 1, 2)), basis, amount)]
        if account.sales and not world.often(3):
            backs.append(self._back(account))
        document = self._document(root)
        policy, told = policies(world)
        part = self._part(root, document, backs, policy)
        ref = DocumentRef("till", missing)
        awaited = AwaitedSale(order_key(world.ledger.program, ref), ref, part.return_id)
        command = PostReturn(world.origin(root), part, (awaited,))
        applied = world.run(
            command, lambda account: returning.park(account, part.return_id, document, backs, told, [missing])
        )
        if applied:
            self.expected[missing].append(root)
            world.parked[missing].append((root, part.return_id))
            order_id = order_id_of(world.ledger.program, ref)
            parked = world.ledger.state.parked
            parked[order_id] = (*parked.get(order_id, ()), part.return_id)

    def sell_awaited(self) -> None:
        """A sale comes that returns wait for; now and then it is another member's, or nobody's."""
        world = self.world
        for come in [one for one in self.expected if one in world.root_of]:
            del self.expected[come]
        waiting = list(self.expected)
        if not waiting:
            return
        document = world.one_of(waiting[:4])
        if world.often(6):
            self.sales.sell(document, self.expected[document][0])
        elif world.often(2):
            self.sales.sell(document, world.one_of(world.members))
        else:
            self.sales.sell_to_nobody(document)

    def resolve(self) -> None:
        """A person ends the waiting of a return."""
        world = self.world
        root = world.who(lambda account: any(one.state == "parked" for one in account.returns.values()))
        account = world.account(root)
        parked = [one.return_id for one in account.returns.values() if one.state == "parked"]
        return_id = world.one_of(parked if parked and world.often(10) else [*list(account.returns)[-3:], "ret-0"])
        known = account.returns.get(return_id)
        document = known.document if known else "return-0"
        policy, told = policies(world)
        backs = [self._back(account)] if account.sales and world.often(3) else []
        part = self._part(root, document, backs, policy) if backs else None
        reject = "" if backs else "nobody knows it"
        command = ResolveParkedReturn(world.origin(root), return_id, root, reject, part, "kim")
        world.run(command, lambda account: _resolved(account, world, return_id, reject, backs, told))

    # --- whole sales

    def cancel(self) -> None:
        """A whole sale is taken back."""
        world = self.world
        root = self._root()
        account = world.account(root)
        if not account.sales:
            return
        open_ones = [one for one, sale in account.sales.items() if _open(sale)]
        sale = account.sales[world.one_of((open_ones if open_ones and world.often(10) else list(account.sales))[-6:])]
        if world.seldom(10):
            sale = replace(sale, document="never-sold", order_id="ord-none")
        policy, told = policies(world)
        ref = DocumentRef("till", sale.document)
        key = cancellation_key(world.ledger.program, sale.order_id)
        return_id = return_id_of(world.ledger.program, DocumentRef("till", sale.order_id))
        command = CancelOrder(
            world.origin(root),
            key,
            ref,
            sale.order_id,
            sale.home,
            policy,
            returning.PLACE,
            WHY,
            sale_locks(((order_key(world.ledger.program, ref), sale.home),)),
        )

        def model(account: Account) -> object:
            kept = returning.cancel(account, world.ledger.now, sale.document, return_id, told, WHY)
            return _kept(kept, repay(account, world.ledger.now))

        world.run(command, model)

    def exchange(self) -> None:
        """Goods come back and others are sold, in one."""
        world = self.world
        root = world.who(lambda account: any(_open(sale) for sale in account.sales.values()))
        account = world.account(root)
        if not account.sales:
            return
        backs = [self._back(account)]
        policy, told = policies(world)
        part = self._part(root, f"return-{world.count}", backs, policy)
        document, home = f"{root}-{world.count}", world.one_of(world.homes(root))
        sold, lots, pays = self.sales.sale_of(root, home, document)
        sale = sale_as_told(sold.order.document, sold.order.order_id, home)
        command = ExchangeOrder(sold.origin, part, sold.order)

        def model(account: Account) -> object:
            kept = returning.give_back(account, world.ledger.now, part.return_id, backs, told)
            paid = repay(account, world.ledger.now)
            selling.post(account, world.ledger.now, sale, lots, pays)
            return _kept(kept, paid + repay(account, world.ledger.now))

        if world.run(command, model):
            world.sold(document, root)


def _given_back(account: Account, world: World, return_id: str, backs: Sequence[Back], policy: Policy) -> object:
    kept = returning.give_back(account, world.ledger.now, return_id, backs, policy)
    return _kept(kept, repay(account, world.ledger.now))


def _kept(kept: returning.Withheld, paid: int) -> dict[str, object]:
    money, off = kept
    return {"repaid_points": paid, "withheld": money, "written_off": off}


def _resolved(
    account: Account, world: World, return_id: str, reject: str, backs: Sequence[Back], policy: Policy
) -> object:
    returning.resolve(account, world.ledger.now, return_id, reject, backs, policy)
    return {"repaid_points": 0 if reject else repay(account, world.ledger.now), "return_id": return_id}


def _open(sale: Sale) -> list[int]:
    """Lines of which something may still come back."""
    if sale.state == "cancelled":
        return []
    return [line for line in sale.lines if returning.returned_share(sale, line) < 1]


def _announced(account: Account) -> bool:
    return any(hold.state == "open" and not hold.shop for hold in account.holds.values())


def _share(back: Back) -> ReturnedShare:
    return ReturnedShare(DocumentRef("till", back.document), back.line, ReturnBasis(back.basis), back.amount)
