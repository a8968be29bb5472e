"""Random corrections of sales, and of points that wait."""

from dataclasses import replace

from ledger_service.domain.commands import ActivatePending, Award, CancelPending, CorrectOrder, PendingTarget
from ledger_service.domain.order import OrderLine
from tests.property.ledger.machine import selling
from tests.property.ledger.machine.account import Account
from tests.property.ledger.machine.ask_awards import as_before, award_of, counts_of, lot_of
from tests.property.ledger.machine.documents import Sale
from tests.property.ledger.machine.world import World


class Corrections:
    """Asks for them."""

    def __init__(self, world: World) -> None:
        self.world = world

    # --- corrected

    def correct(self) -> None:
        """A sale is judged again, by other rules or with other lines."""
        world = self.world
        root = world.who(lambda account: account.sales)
        account = world.account(root)
        if not account.sales:
            return
        open_ones = [one for one, sale in account.sales.items() if sale.state == "evaluated"]
        sale = account.sales[world.one_of(open_ones[-6:] if open_ones and world.often(7) else list(account.sales)[-6:])]
        order = world.ledger.state.orders[world.ledger.program, sale.order_id]
        lines = {line.line_number: line for line in order.document.lines}
        changed = self._changed(lines)
        wanted = self._wanted(account, sale, lines)
        seen = tuple(sale.corrections) if world.often(25) else ("cor-other",)
        origin = world.origin(root, sale.home)
        correction_id = f"cor-{origin.request_id}"
        corrected = tuple(changed.get(number, line) for number, line in sorted(lines.items()))
        command = CorrectOrder(
            origin=origin,
            correction_id=correction_id,
            order_id=sale.order_id,
            sale=order.document.ref,
            sale_home=order.home,
            awards=tuple(wanted),
            revision="rev_other",
            document=replace(order.document, total=sum(one.net for one in corrected), lines=corrected)
            if changed
            else None,
            reason="wrong price",
            operator_id="op-1",
            seen=seen,
            operator="operator",
            region="west",
        )
        lots = [lot_of(sale.home, sale.order_id, given, sale.at) for given in wanted]
        counts = {number: counts_of(line) for number, line in changed.items()}
        world.run(
            command,
            lambda known: {
                "repaid_points": selling.correct(
                    known, world.ledger.now, correction_id, sale.document, lots, counts, seen
                )
            },
        )

    def _changed(self, lines: dict[int, OrderLine]) -> dict[int, OrderLine]:
        world = self.world
        if world.often(2):
            return {}
        line = lines[world.one_of(sorted(lines))]
        return {line.line_number: replace(line, quantity=world.choose(0, 5), net=world.choose(0, 40) * 10)}

    def _wanted(self, account: Account, sale: Sale, lines: dict[int, OrderLine]) -> list[Award]:
        """More, less, nothing, or as it is, of what it earned; sometimes of a rule that had not paid."""
        world = self.world
        known = {(lot.line, lot.ordinal): lot for lot in sale.lots}
        wanted: list[Award] = []
        for number, line in sorted(lines.items()):
            for ordinal in (1, 2):
                lot = known.get((number, ordinal))
                if lot is None and world.often(4):
                    continue
                points = world.choose(0, 60) if lot is None else self._regranted(account.grant(lot))
                if points:
                    wanted.append(
                        as_before(lot, points) if lot else replace(award_of(world, line, ordinal), points=points)
                    )
        return wanted

    def _regranted(self, grant: int) -> int:
        return self.world.one_of((grant, grant, grant + self.world.choose(1, 20), grant // 2, 0))

    # --- that wait

    def activate(self) -> None:
        """Pending points may be spent."""
        self._pending(True)

    def cancel_pending(self) -> None:
        """Pending points are taken back."""
        self._pending(False)

    def _pending(self, become: bool) -> None:
        world = self.world
        now = world.ledger.now
        root = world.who(lambda account: any(account.is_pending(lot, now) for lot in account.lots))
        account = world.account(root)
        if not account.lots:
            return
        waiting = [one for one in account.lots if account.is_pending(one, now)]
        lot = world.one_of((waiting if waiting and world.often(12) else account.lots)[-8:])
        document = next((s.document for s in account.sales.values() if s.order_id == lot.order_id), "")
        line, named = 0, lot
        if document and world.often(2):
            target = PendingTarget(lot.order_id, line := world.one_of((0, lot.line)), "", lot.home)
        else:
            document = ""
            known = world.often(15)
            target = PendingTarget("", 0, world.comparison.id_of[lot.name] if known else "acc-none", lot.home)
            named = lot if known else None  # type: ignore[assignment]
        origin = world.origin(root)
        pending_id = f"pnd-{origin.request_id}"
        command: ActivatePending | CancelPending
        command = (
            ActivatePending(origin, pending_id, target) if become else CancelPending(origin, pending_id, target, "no")
        )

        def model(account: Account) -> object:
            lots = selling.waiting(account, now, document, line, named, not document, become)
            points = sum(max(0, account.remaining(lot)) for lot in lots)
            paid = selling.activate(account, now, pending_id, lots) if become else 0
            if not become:
                selling.cancel(account, pending_id, lots)
            return {"points": points, "repaid_points": paid}

        world.run(command, model)
