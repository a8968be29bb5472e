"""Who paid whom, revenue from points, and the month under other terms."""

from collections.abc import Mapping, Sequence

from loyalty.rules.v1 import program_pb2
from loyalty.settlement.v1 import netting_pb2, reconciliation_service_pb2, revenue_pb2

from deploy.local.close.report import Names
from deploy.local.close.steps import Paid
from deploy.local.demo.screen import Screen, table
from deploy.local.demo.words import amount, money

_POLICIES = {
    program_pb2.SETTLEMENT_POLICY_REIMBURSE: "reimburse",
    program_pb2.SETTLEMENT_POLICY_RESERVE: "reserve",
    program_pb2.SETTLEMENT_POLICY_NONE: "none",
}


def tell_payments(screen: Screen, paid: Paid | None, names: Names) -> None:
    """What was owed, what is left of it after netting, the invoices, and who paid."""
    screen.chapter(
        "Who paid whom",
        "What the companies owed each other up to the month's end was invoiced and netted to the fewest payments. Rows "
        "owe columns; the net is what a company is owed less what it owes.",
    )
    if paid is None:
        screen.show("Nobody owed anybody.")
        return
    for netted in paid.document.currencies:
        _tell_currency(screen, netted, names)
    _tell_invoices(screen, paid.invoices)
    rows = table("payment", "from", "to", "amount", "state", "proposed by", "approved by", left=3, wrap=(4, 5, 6))
    for payment in paid.payments:
        by = {step.state: step.signed_name for step in payment.steps}
        rows.add_row(
            payment.payment_id,
            names[payment.debtor_entity_id],
            names[payment.creditor_entity_id],
            money(payment.amount),
            netting_pb2.PaymentState.Name(payment.state).removeprefix("PAYMENT_STATE_").lower(),
            by.get(netting_pb2.PAYMENT_STATE_PROPOSED, ""),
            by.get(netting_pb2.PAYMENT_STATE_APPROVED, ""),
        )
    screen.show(rows)
    screen.figure(
        all(payment.state == netting_pb2.PAYMENT_STATE_CONFIRMED for payment in paid.payments),
        f"{paid.netting.netting_id}: every payment was approved by a second person and arrived",
    )


def _tell_currency(screen: Screen, netted: netting_pb2.NettedCurrency, names: Names) -> None:
    owed = {(flow.debtor_entity_id, flow.creditor_entity_id): flow.minor_units for flow in netted.flows}
    entities = sorted({entity for pair in owed for entity in pair})
    creditors = [entity for entity in entities if any(creditor == entity for _, creditor in owed)]
    net = {one.entity_id: one.net_minor_units for one in netted.nets}
    code = netted.currency_code
    rows = table(code, *(names[entity].split()[0] for entity in creditors), "owes", "net")
    for entity in entities:
        flows = [owed.get((entity, other), 0) for other in creditors]
        rows.add_row(
            names[entity],
            *(amount(flow, code) if flow else "–" for flow in flows),
            amount(sum(flows), code),
            amount(net.get(entity, 0), code),
        )
    due = [sum(owed.get((entity, creditor), 0) for entity in entities) for creditor in creditors]
    sums = [amount(figure, code) for figure in (*due, sum(owed.values()), sum(net.values()))]
    rows.add_row("is owed", *sums, style="bold")
    screen.show(rows)
    screen.show(
        f"Every flow by itself: {amount(netted.gross_minor_units, code)} in {netted.gross_count} payments; "
        f"pair by pair: {amount(netted.bilateral_minor_units, code)} in {netted.bilateral_count}; "
        f"all together: {amount(netted.multilateral_minor_units, code)} in {len(netted.payments)}."
    )
    screen.figure(sum(net.values()) == 0, f"the nets sum to exactly zero {code}")
    screen.figure(not any(left_open(netted).values()), "the payments clear every net")


def left_open(netted: netting_pb2.NettedCurrency) -> dict[str, int]:
    """What the proposed payments leave of each entity's net, minor units."""
    left = {one.entity_id: one.net_minor_units for one in netted.nets}
    for payment in netted.payments:
        left[payment.debtor_entity_id] += payment.amount.minor_units
        left[payment.creditor_entity_id] -= payment.amount.minor_units
    return left


def _tell_invoices(screen: Screen, invoices: Sequence[netting_pb2.Invoice]) -> None:
    rows = table("invoice", "from", "to", "total", left=3)
    for invoice in sorted(invoices, key=lambda each: each.invoice_number):
        total = f"{amount(invoice.total_minor_units, invoice.currency_code)} {invoice.currency_code}"
        rows.add_row(invoice.invoice_number, _name(invoice.issuer), _name(invoice.recipient), total)
    screen.show(rows)
    for words in sorted({f"tax {one.tax.code}: {one.tax.reason}" for one in invoices if one.HasField("tax")}):
        screen.show(words)


def _name(party: netting_pb2.InvoiceParty) -> str:
    return party.legal_name or party.entity_id


def tell_revenue(
    screen: Screen,
    deferred: Sequence[revenue_pb2.DeferredRevenue],
    stands: Sequence[revenue_pb2.PointsLiability],
    carried: Mapping[str, int],
) -> None:
    """Deferred revenue, and what the points stand for; `carried` is what the companies' accounts say of that."""
    screen.chapter(
        "Revenue from points",
        "The part of the price of sales that fell on points given with them is deferred, and becomes revenue as points "
        "are redeemed, against all that are expected to be (IFRS 15.B39–B47).",
    )
    rows = table("deferred", "opening", "deferred", "undone", "redeemed", "breakage", "estimate", "closing")
    holds = True
    for one in deferred:
        code, figures = one.cohort.currency_code, forward_of(one.money)
        holds = holds and sum(figures[:-1]) == figures[-1]
        name = f"{one.cohort.brand_id.capitalize()} {code}"
        rows.add_row(name, *(amount(figure, code) if figure else "–" for figure in figures))
    screen.show(rows)
    screen.figure(holds, "deferred revenue rolls forward")
    rows = table("points stand for", "outstanding", "carried", "expected to be spent", "owed by members")
    for row in stands:
        code = row.currency_code
        rows.add_row(
            f"{row.brand_id.capitalize()} {code}",
            f"{row.outstanding_points:,}",
            amount(row.carried_minor_units, code),
            amount(row.expected_minor_units, code),
            amount(row.receivable_minor_units, code),
        )
    screen.show(rows)
    for code, booked in sorted(carried.items()):
        sum_ = sum(row.carried_minor_units for row in stands if row.currency_code == code)
        screen.figure(sum_ == booked, f"{amount(sum_, code)} {code} is what all companies' accounts carry for points")


def forward_of(money_: revenue_pb2.DeferredRollForward) -> tuple[int, ...]:
    """Opening, what is added, what goes off with a minus, closing: the last is the sum of the others."""
    return (
        money_.opening,
        money_.deferred,
        -money_.undone,
        -money_.redemption,
        -money_.breakage,
        -money_.change_of_estimate,
        money_.closing,
    )


def tell_policies(
    screen: Screen, compared: reconciliation_service_pb2.CompareSettlementPoliciesResponse, names: Names
) -> None:
    """The month under each of the three policies."""
    share = compared.voucher_share_of_face
    paid_back = f"{share.numerator}/{share.denominator} of it paid back at the month's end"
    borne = paid_back if share.denominator else "none of it paid back"
    screen.chapter(
        "The same month under other terms",
        f"What each company would have been owed, or have owed (−), for the month's movements: had givers reimbursed "
        f"takers; had {names[compared.reserve_entity_id]} held a reserve; had takers borne the cost, {borne}.",
    )
    rows = table("company", "as booked", *_POLICIES.values())
    sums: dict[str, list[int]] = {}
    for row in compared.positions:
        nets = (row.booked_net, row.reimburse.net, row.reserve.net, row.none.net)
        name = f"{names.get(row.entity_id, row.entity_id)}, {row.currency_code}"
        rows.add_row(name, *(amount(net, row.currency_code) for net in nets))
        of_currency = sums.setdefault(row.currency_code, [0] * len(nets))
        for place, net in enumerate(nets):
            of_currency[place] += net
    screen.show(rows)
    for code, figures in sums.items():
        screen.figure(not any(figures), f"under every policy the positions sum to zero {code}")
