"""Random redemptions, holds, captures, voids and restores."""

from dataclasses import replace
from fractions import Fraction

from ledger_service.domain.commands import (
    AuthorizeRedemption,
    CaptureRedemption,
    IncreaseHold,
    RedeemPoints,
    RestoreRedemption,
    VoidRedemption,
)
from ledger_service.domain.policies import DEFAULT_BURN_ORDER, BurnRule, LapsedRestore, ReturnPolicy, SpentPoints
from ledger_service.domain.redemption import RedemptionTerms
from tests.property.ledger.machine import restoring, spending
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.documents import Policy
from tests.property.ledger.machine.facts import Place, Shop
from tests.property.ledger.machine.world import BRANDS, World
from tests.support.pure_ledger import terms

WORTHS = ("4/5", "1", "3/2", "3/2", "1/3", "1/20")
SHARES = ("1", "1", "1/2", "4/5", "1/3")
ORDERS = (
    DEFAULT_BURN_ORDER,
    DEFAULT_BURN_ORDER,
    (BurnRule.OWN_BRAND_FIRST, BurnRule.EARLIEST_EXPIRY, BurnRule.OLDEST),
    (BurnRule.OLDEST,),
    (BurnRule.CHEAPEST_SETTLEMENT, BurnRule.EARLIEST_EXPIRY),
)
MINUTES = (15 * 60, 15 * 60, 3 * 86_400, 30 * 86_400)


class Spending:
    """Asks for it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def redeem(self) -> None:
        """Points at some brand, on terms that may lack an entity."""
        world = self.world
        root = world.who(lambda account: account.available(world.ledger.now) > 4)
        origin = world.origin(root)
        at, shop = self._terms(origin.location_id, origin.operator, origin.region)
        points, quoted = self._asked(world.account(root), shop)
        redemption_id = f"red-{origin.request_id}"
        command = RedeemPoints(origin, redemption_id.encode(), redemption_id, points, at, quoted)
        world.run(
            command, lambda account: spending.redeem(account, world.ledger.now, redemption_id, points, shop, quoted)
        )

    def authorize(self) -> None:
        """Points are set aside."""
        world = self.world
        root = world.who(lambda account: account.available(world.ledger.now) > 4)
        origin = world.origin(root)
        at, shop = self._terms(origin.location_id, origin.operator, origin.region)
        points, quoted = self._asked(world.account(root), shop)
        seconds, hold_id = world.one_of(MINUTES), f"aut-{origin.request_id}"
        command = AuthorizeRedemption(origin, hold_id.encode(), hold_id, points, at, quoted, seconds)
        world.run(
            command,
            lambda account: spending.authorize(account, world.ledger.now, hold_id, points, shop, quoted, seconds),
        )

    def increase(self) -> None:
        """More points are set aside."""
        world = self.world
        root = world.who(_holds)
        hold_id = self._hold(world.account(root))
        available = world.account(root).available(world.ledger.now)
        points = world.one_of((world.choose(1, 20), max(1, available), max(1, available // 2), available + 1))
        hold = world.account(root).holds.get(hold_id)
        block = hold.shop.block if hold and hold.shop and world.often(10) else 1
        points = max(block, points - points % block)
        command = IncreaseHold(world.origin(root), hold_id, points)
        world.run(command, lambda account: spending.increase(account, world.ledger.now, hold_id, points))

    def capture(self) -> None:
        """Points that are set aside are spent."""
        world = self.world
        root = world.who(_holds)
        hold_id = self._hold(world.account(root))
        hold = world.account(root).holds.get(hold_id)
        held = hold.holds if hold else 1
        points, release = world.one_of((0, 0, 3, max(1, held // 2), max(1, held))), world.often(3)
        points = held + 1 if world.seldom(14) else points
        origin = world.origin(root)
        redemption_id = f"red-{origin.request_id}"
        command = CaptureRedemption(origin, redemption_id.encode(), redemption_id, hold_id, points, not release)
        world.run(
            command,
            lambda account: _captured(account, world, redemption_id, hold_id, points, not release),
        )

    def void(self) -> None:
        """Points are free again; or an authorization that never came never will."""
        world = self.world
        root = world.who(_holds)
        tomb = not world.often(6)
        hold_id = f"aut-late-{world.count}" if tomb else self._hold(world.account(root))
        command = VoidRedemption(world.origin(root), hold_id, hold_id.encode() if tomb else b"")
        world.run(command, lambda account: None if tomb else spending.void(account, world.ledger.now, hold_id))

    def restore(self) -> None:
        """Points of a redemption come back; or one that never came never will."""
        world = self.world
        root = world.who(lambda account: any(one.back < one.points for one in account.redemptions.values()))
        account = world.account(root)
        tomb = not world.often(10)
        known = list(account.redemptions)
        left_of = [one for one, made in account.redemptions.items() if made.back < made.points]
        known = left_of if left_of and world.often(12) else known
        known = ["red-none"] if not known or world.seldom(25) else known
        redemption_id = f"red-late-{world.count}" if tomb else world.one_of(known[-8:])
        made = account.redemptions.get(redemption_id)
        left = made.points - made.back if made else 1
        points = world.one_of((0, 1, max(1, left // 2), max(1, left // 3), max(1, left)))
        points = left + 1 if world.seldom(20) else points
        policy, told = policies(world)
        origin = world.origin(root)
        command = RestoreRedemption(origin, redemption_id, points, "", policy, redemption_id.encode() if tomb else b"")
        world.run(command, lambda account: None if tomb else _restored(account, world, redemption_id, points, told))

    # --- what is asked

    def _asked(self, account: Account, shop: Shop) -> tuple[int, int | None]:
        world = self.world
        available = account.available(world.ledger.now, shop.place)
        if world.seldom(25):
            return 2**63 - 1, None
        points = world.one_of((world.choose(1, 80), max(1, available), max(1, available // 2), max(1, available // 3)))
        points = min(points, max(1, available)) if world.often(10) else points + available
        points = max(shop.block, points - points % shop.block) if world.often(10) else points
        return points, world.one_of((*(None,) * 12, shop.worth(points), 7))

    def _terms(self, location: str, operator: str, region: str) -> tuple[RedemptionTerms, Shop]:
        world = self.world
        brand, worth = world.one_of(BRANDS), world.one_of(WORTHS)
        entities = ("north", "harbor", "linden", "peak", "hq")[: world.one_of((*(5,) * 11, 3))]
        shares = {entity: world.one_of(SHARES) for entity in entities}
        redeemer = world.one_of((brand, brand, "hq"))
        minimum, block = world.one_of((*((1, 1),) * 6, (5, 5), (10, 2)))
        order = world.one_of(ORDERS)
        at = replace(
            terms(brand, worth, shares, redeemer),
            operator=operator,
            region=region,
            minimum_points=minimum,
            block_points=block,
            burn_order=order,
        )
        told = {entity: Fraction(share) for entity, share in shares.items()}
        keys = tuple(rule.value for rule in order)
        place = Place(brand, location, operator, region)
        return at, Shop(place, redeemer, Fraction(worth), told, minimum, block, keys)

    def _hold(self, account: Account) -> str:
        """An authorization: mostly an open one."""
        world = self.world
        known = list(account.holds.values())
        still = [hold.hold_id for hold in known if hold.state == "open" and hold.shop]
        if still and world.often(12):
            return world.one_of(still[-4:])
        return world.one_of([*(hold.hold_id for hold in known[-4:]), "aut-none"])


def _holds(account: Account) -> bool:
    return any(hold.state == "open" and hold.shop for hold in account.holds.values())


def policies(world: World) -> tuple[ReturnPolicy, Policy]:
    """How returns are treated, in both words."""
    spent = world.one_of((SpentPoints.DEBT, SpentPoints.DEBT, SpentPoints.REDUCE_REFUND, SpentPoints.WRITE_OFF))
    lapsed = world.one_of((LapsedRestore.GRACE, LapsedRestore.EXPIRE))
    grace, announced = world.one_of((1, 30)), world.one_of((1, 30))
    return (
        ReturnPolicy(spent, lapsed, grace, announced),
        Policy(spent.value, lapsed.value, grace, announced),
    )


def _captured(account: Account, world: World, redemption_id: str, hold_id: str, points: int, release: bool) -> None:
    spending.capture(account, world.ledger.now, redemption_id, hold_id, points, release)


def _restored(account: Account, world: World, redemption_id: str, points: int, policy: Policy) -> None:
    restoring.restore(account, world.ledger.now, redemption_id, points, policy)
    spending.repay(account, world.ledger.now)
