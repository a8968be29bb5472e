"""Merge algebra: whatever members earn, spend, return, restore, however they are merged and parted meanwhile, each
home keeps what is its own. Compared with plain dictionaries that know nothing of wallets' rows.

The model: what each home earned and gave back, what each redemption took from which home by the movements of its event,
and who is whose. In the end everything that was spent is restored: then each home has exactly what its own sales gave,
less what came back of them, whoever had spent or repaid it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.values.refusal import Refusal
from ledger_service.domain.accrual import MemberKey
from ledger_service.domain.apply import Applied
from ledger_service.domain.commands import Command, LinkHomes, PostReturn, RedeemPoints, RestoreRedemption, RootHomes
from ledger_service.domain.link_refusals import homes_needed
from ledger_service.domain.order import (
    DocumentRef,
    ReturnBasis,
    ReturnDocument,
    ReturnedShare,
    ReturnLine,
)
from ledger_service.domain.policies import ReturnPolicy
from tests.support.examples import examples
from tests.support.links import Links
from tests.support.pure_ledger import PureLedger, award, sold, terms

MEMBERS = ("ana", "bea", "cy", "dee")
LINDEN = terms("linden", "1", {"north": "1"})
_UP = {"earned", "restored", "repaid", "unheld"}
_DOWN = {"redeemed", "reversed", "expired", "held"}


@dataclass
class Family:
    """Members of one ledger, and what they did."""

    ledger: PureLedger = field(default_factory=PureLedger)
    links: Links = field(default_factory=Links)
    earned: Counter[str] = field(default_factory=Counter)
    sales: dict[str, tuple[str, int]] = field(default_factory=dict)
    spent: dict[str, str] = field(default_factory=dict)
    by_movements: Counter[str] = field(default_factory=Counter)

    def run(self, command: Command) -> Applied:
        """Carries a command out, with the other wallets that it needs."""
        command = replace(command, origin=self.links.origin(command.origin))
        while True:
            try:
                self._at_hand(command)
                applied = self.ledger.run(command)
            except Refusal as refusal:
                homes = homes_needed(refusal)
                if not homes:
                    raise
                found = {self.links.of(home).root for home in homes}
                found |= {one.wallet.member for one in command.origin.others}
                assert command.origin.wallet.member not in found
                others = (RootHomes(MemberKey("prg", one), self.links.homes(one), self._seq(one)) for one in found)
                command = replace(command, origin=replace(command.origin, others=tuple(sorted(others))))
            else:
                self._note(applied)
                return applied

    def _seq(self, root: str) -> int:
        return self.links.merge_seq.get(root, 0)

    def _at_hand(self, command: Command) -> None:
        """Whose each accrual is now; all of them are at hand."""
        state = self.ledger.state
        for wallet in command.origin.reach:
            state.of_wallet[wallet.wallet] = {
                one.accrual_id for one in state.accruals.values() if one.home in wallet.homes
            }

    def _note(self, applied: Applied) -> None:
        for recorded in applied.event.movements:
            movement = recorded.movement
            kind = movement.kind.value
            assert kind in _UP | _DOWN
            if kind not in ("held", "unheld"):
                self.by_movements[movement.home] += movement.points if kind in _UP else -movement.points

    # --- what members do

    def earn(self, member: str, points: int) -> None:
        document = f"sale-{self.ledger.requests}"
        before = self.totals()
        self.run(self.ledger.order_command(member, document, [sold(1, 100, "north")], [award(1, points, "north")]))
        self.sales[document] = (member, points)
        self.earned[member] += points
        assert sum(self.totals().values()) == sum(before.values()) + points

    def redeem(self, member: str, points: int) -> None:
        root, before = self.links.root(member), self.totals()
        origin = self.ledger.origin(member)
        redemption_id = f"red-{origin.request_id}"
        try:
            self.run(RedeemPoints(origin, redemption_id.encode(), redemption_id, points, LINDEN, None))
        except Refusal as refusal:
            if refusal.reason != "INSUFFICIENT_POINTS" or self.totals() != before:
                raise
            return
        self.spent[redemption_id] = root
        family = set(self.links.homes(root))
        after = self.totals()
        assert all(after[one] == before[one] for one in MEMBERS if one not in family)
        assert sum(after[one] for one in family) == sum(before[one] for one in family) - points

    def give_back(self, sale: str) -> None:
        member, points = self.sales.pop(sale)
        ref = DocumentRef("till", sale)
        share = ReturnLine(1, (ReturnedShare(ref, 1, ReturnBasis.WHOLE, None),))
        document = ReturnDocument(DocumentRef("till", f"back-{sale}"), "shop", "store", self.ledger.now, (share,))
        before = self.totals()
        self.run(PostReturn(self.ledger.origin(member), self.ledger.return_part(document, {ref: member})))
        self.earned[member] -= points
        assert sum(self.totals().values()) == sum(before.values()) - points

    def restore(self, redemption_id: str, points: int = 0) -> None:
        origin, before = self.ledger.origin(self.spent[redemption_id]), sum(self.totals().values())
        redemption = self.ledger.state.redemptions[redemption_id]
        left = redemption.points - redemption.restored_points
        part = min(points, left) if points else left
        if part:
            self.run(RestoreRedemption(origin, redemption_id, part, "", ReturnPolicy(), b""))
            assert sum(self.totals().values()) == before + part

    def merge(self, survivor: str, absorbed: str) -> None:
        if self.links.root(survivor) != self.links.root(absorbed):
            self._silently(lambda: self.links.merge(survivor, absorbed), survivor, absorbed)

    def unmerge(self, number: int) -> None:
        absorbed = sorted(self.links.survivor_of)
        if absorbed:
            one = absorbed[number % len(absorbed)]
            survivor = self.links.survivor_of[one]
            self._silently(lambda: self.links.unmerge(one), survivor, one)

    def _silently(self, change: Callable[[], None], *members: str) -> None:
        """Neither the change itself nor telling of it moves a point."""
        before = self.totals()
        change()
        for member in members:
            told = LinkHomes(self.ledger.origin(member), True, members[1], members[0], date(2026, 3, 2))
            assert self.run(told).event.movements == ()
        assert self.totals() == before

    # --- what is so

    def totals(self) -> dict[str, int]:
        """Balances by home, from the rows."""
        return {one: self.ledger.state.row(MemberKey("prg", one)).balance for one in MEMBERS}

    def check(self) -> None:
        """Rows are what their home's accruals and movements come to, and the wallet is their fold."""
        state = self.ledger.state
        for home in MEMBERS:
            mine = [one for one in state.accruals.values() if one.home == home]
            row = state.row(MemberKey("prg", home))
            assert row.balance == sum(one.remaining + one.held for one in mine) == self.by_movements[home]
            assert row.positive == sum(max(0, one.remaining) for one in mine)
            assert row.debt == sum(one.debt for one in mine)
        for root in {self.links.root(one) for one in MEMBERS}:
            homes = self.links.homes(root)
            wallet = state.wallet(MemberKey("prg", root), homes)
            assert wallet.balance == sum(self.totals()[home] for home in homes)


def _step(family: Family, number: int, first: int, second: int, points: int) -> None:
    one, other = MEMBERS[first], MEMBERS[second]
    match number:
        case 0 | 1:
            family.earn(one, points)
        case 2 | 3:
            family.redeem(one, points)
        case 4 if family.sales:
            family.give_back(sorted(family.sales)[points % len(family.sales)])
        case 5 if family.spent:
            family.restore(sorted(family.spent)[points % len(family.spent)], points)
        case 6:
            family.merge(one, other)
        case 7:
            family.unmerge(points)
        case _:
            pass


steps = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 3), st.integers(1, 60)), min_size=1, max_size=40
)


@settings(max_examples=examples(300), deadline=None)
@given(steps)
def test_each_home_keeps_what_is_its_own_through_merges_and_unmerges(
    taken: list[tuple[int, int, int, int]],
) -> None:
    family = Family()
    for step in taken:
        _step(family, *step)
        family.ledger.pass_time(timedelta(minutes=1))
        family.check()
    for redemption in sorted(family.spent):
        family.restore(redemption)
        family.check()
    assert family.totals() == {one: family.earned[one] for one in MEMBERS}
