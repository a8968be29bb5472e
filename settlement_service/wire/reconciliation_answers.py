"""Runs, acceptances and policy comparisons as messages. A figure that does not fit 64 bits refuses the answer."""

from collections import defaultdict

from loyalty.rules.v1 import program_pb2
from loyalty.settlement.v1 import reconciliation_pb2 as pb
from loyalty.settlement.v1 import reconciliation_service_pb2 as messages

from chassis.values.integers import checked
from chassis.values.rounding import Ratio
from settlement_service.domain.policy_comparison import Borne, Key, PolicyComparison, Reimbursed, Reserved
from settlement_service.domain.reconciliation_run import Acceptance, FoundDifference, KeptRun, Line, RunKind
from settlement_service.domain.till_totals import TillDay, day_of
from settlement_service.wire.money import ratio_message
from settlement_service.wire.positions import vector_message
from settlement_service.wire.reconciliation_requests import RunsPage, runs_question
from settlement_service.wire.sealed import seal

_POLICIES = (
    (program_pb2.SETTLEMENT_POLICY_REIMBURSE, "reimburse"),
    (program_pb2.SETTLEMENT_POLICY_RESERVE, "reserved"),
    (program_pb2.SETTLEMENT_POLICY_NONE, "none"),
)


def run_message(kept: KeptRun) -> pb.Reconciliation:
    """A run."""
    run = kept.run
    message = pb.Reconciliation(
        reconciliation_id=run.run_id,
        kind=pb.ReconciliationKind.Value(f"RECONCILIATION_KIND_{run.kind.value}"),
        period=kept.period,
        up_to=vector_message(run.outcome.up_to),
        compared=run.outcome.compared,
        caller=run.caller,
        differing=kept.differing,
        accepted=kept.accepted,
        differences=[_difference(each, kept.acceptances.get(each.figure)) for each in run.outcome.differences],
    )
    if run.kind is RunKind.TILLS:
        message.till_day.CopyFrom(_day(day_of(run.scope)))
    message.run_time.FromDatetime(run.run_time)
    return message


def runs_message(page: RunsPage, runs: list[KeptRun], more: bool) -> messages.ListReconciliationsResponse:
    """A page of runs."""
    token = ""
    if more:
        last = runs[-1].run
        token = seal((last.run_time.isoformat(), last.run_id), *runs_question(page.program, page.kind))
    return messages.ListReconciliationsResponse(
        reconciliations=[run_message(kept) for kept in runs], next_page_token=token
    )


def acceptance_message(acceptance: Acceptance) -> pb.DifferenceAcceptance:
    """Who answers for a difference."""
    message = pb.DifferenceAcceptance(
        reason=acceptance.reason,
        signed_name=acceptance.signed_name,
        caller=acceptance.caller,
        voucher_id=acceptance.voucher_id,
    )
    message.accept_time.FromDatetime(acceptance.accept_time)
    return message


def comparison_message(comparison: PolicyComparison, share: Ratio | None) -> messages.CompareSettlementPoliciesResponse:
    """A period under each policy."""
    keys = comparison.finish()
    message = messages.CompareSettlementPoliciesResponse(
        positions=[_positions(comparison, key) for key in keys],
        summaries=_summaries(comparison),
        reserve_entity_id=comparison.reserve,
        movements=comparison.movements,
        unpriced_movements=comparison.unpriced,
        unknown_movements=comparison.unknown,
    )
    if share is not None:
        message.voucher_share_of_face.CopyFrom(ratio_message(share))
    return message


def _difference(found: FoundDifference, acceptance: Acceptance | None) -> pb.FoundDifference:
    message = pb.FoundDifference(
        figure=found.figure,
        expected=checked(found.expected, found.figure),
        booked=checked(found.booked, found.figure),
        lines=[_line(line) for line in found.lines],
        more_lines=found.more_lines,
    )
    if acceptance is not None:
        message.acceptance.CopyFrom(acceptance_message(acceptance))
    return message


def _line(line: Line) -> pb.DifferingLine:
    return pb.DifferingLine(
        fault=pb.LineFault.Value(f"LINE_FAULT_{line.fault.value}"),
        what=line.what,
        expected=checked(line.expected, line.what),
        booked=checked(line.booked, line.what),
        home_member_id=line.home,
        movement_sequence=line.sequence,
        accrual_id=line.accrual_id,
        order_id=line.order_id,
        line_number=line.line_number,
        document_id=line.document_id,
        fulfilment_id=line.fulfilment_id,
        agreement_id=line.agreement_id,
    )


def _day(day: TillDay) -> pb.TillDay:
    return pb.TillDay(source=day.source, location_id=day.location_id, business_date=day.business_date)


def _positions(comparison: PolicyComparison, key: Key) -> pb.PolicyPositions:
    currency, entity = key
    name = f"policies.{entity}.{currency}"

    def whole(amount: int) -> int:
        return checked(amount, name)

    reimburse = comparison.reimburse.get(key, Reimbursed())
    reserve = comparison.reserved.get(key, Reserved())
    none = comparison.none.get(key, Borne())
    return pb.PolicyPositions(
        entity_id=entity,
        currency_code=currency,
        booked_net=whole(comparison.booked.get(key, 0)),
        reimburse=pb.ReimbursePosition(
            owes=whole(reimburse.owes), owed_to_it=whole(reimburse.owed_to_it), net=whole(reimburse.net)
        ),
        reserve=pb.ReservePosition(
            contributions=whole(reserve.contributions),
            refunds=whole(reserve.refunds),
            draws=whole(reserve.draws),
            prices_paid=whole(reserve.prices_paid),
            prices_received=whole(reserve.prices_received),
            held_for_others=whole(reserve.held_for_others),
            true_ups=whole(reserve.prices_paid - reserve.draws),
            net=whole(reserve.net),
        ),
        none=pb.NonePosition(
            borne=whole(none.borne),
            vouchers_paid=whole(none.vouchers_paid),
            vouchers_received=whole(none.vouchers_received),
            net=whole(none.net),
        ),
    )


def _summaries(comparison: PolicyComparison) -> list[pb.PolicySummary]:
    summaries: list[pb.PolicySummary] = []
    for policy, field in _POLICIES:
        moved: dict[str, int] = defaultdict(int)
        for (currency, _), position in getattr(comparison, field).items():
            moved[currency] += max(0, position.net)
        summaries += [
            pb.PolicySummary(policy=policy, currency_code=currency, moved_minor_units=checked(amount, "policies.moved"))
            for currency, amount in sorted(moved.items())
        ]
    return summaries
