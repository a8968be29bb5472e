"""Answers about what people decide, as messages: adjustments, transfers, corrections."""

from datetime import UTC, datetime, timedelta
from typing import cast

from loyalty.ledger.v1 import correction_requests_pb2 as messages
from loyalty.ledger.v1 import order_requests_pb2

from chassis.runtime.fields import EARLIEST
from ledger_service.domain.adjustment import Adjustment, AdjustmentState
from ledger_service.domain.answers import AdjustmentAnswer, Answer, CorrectionAnswer, TransferAnswer
from ledger_service.domain.correction import CorrectionEffect, CorrectionProgress, CorrectionState
from ledger_service.use_cases.list_adjustments import ProposedPage
from ledger_service.use_cases.list_movements import PageKey
from ledger_service.use_cases.people_ports import ProposedKey
from ledger_service.use_cases.transfer_points import TransferOutcome
from ledger_service.wire import pages, values

_ADJUSTMENTS = {
    AdjustmentState.PROPOSED: messages.PROPOSAL_STATE_PROPOSED,
    AdjustmentState.APPLIED: messages.PROPOSAL_STATE_APPLIED,
    AdjustmentState.REJECTED: messages.PROPOSAL_STATE_REJECTED,
}
_CORRECTIONS = {
    CorrectionState.PROPOSED: messages.PROPOSAL_STATE_PROPOSED,
    CorrectionState.APPROVED: messages.PROPOSAL_STATE_APPROVED,
    CorrectionState.APPLIED: messages.PROPOSAL_STATE_APPLIED,
}
_MICROSECOND = timedelta(microseconds=1)


def points_adjusted(answer: Answer) -> messages.AdjustPointsResponse:
    """Points given or taken, or proposed to be."""
    adjusted = cast(AdjustmentAnswer, answer)
    return messages.AdjustPointsResponse(
        adjustment_id=adjusted.adjustment_id,
        state=_ADJUSTMENTS[adjusted.state],
        accrual_id=adjusted.accrual_id,
        repaid_points=adjusted.repaid_points,
        wallet=values.wallet_message(adjusted.wallet),
        position=values.position_message(adjusted.position),
    )


def adjustment_decided(answer: Answer) -> messages.DecideAdjustmentResponse:
    """A proposal that was approved or rejected."""
    decided = cast(AdjustmentAnswer, answer)
    return messages.DecideAdjustmentResponse(
        adjustment_id=decided.adjustment_id,
        state=_ADJUSTMENTS[decided.state],
        accrual_id=decided.accrual_id,
        repaid_points=decided.repaid_points,
        wallet=values.wallet_message(decided.wallet),
        position=values.position_message(decided.position),
    )


def proposed_page(question: str, page: ProposedPage) -> messages.ListProposedAdjustmentsResponse:
    """Adjustments that wait."""
    return messages.ListProposedAdjustmentsResponse(
        adjustments=[_proposed(adjustment) for adjustment in page.adjustments],
        next_page_token=_token(question, page.next),
    )


def proposed_place(question: str, token: str) -> ProposedKey | None:
    """Where to go on; CURSOR_INVALID for a token that was not made for this question."""
    key = pages.page_key(question, token)
    return None if key is None else ProposedKey(EARLIEST + key.sequence * _MICROSECOND, key.home)


def _token(question: str, place: ProposedKey | None) -> str:
    """A page's key is a number and a text."""
    if place is None:
        return ""
    return pages.page_token(question, PageKey(place.adjustment_id, _microseconds(place.post_time)))


def _microseconds(moment: datetime) -> int:
    return (moment.astimezone(UTC) - EARLIEST) // _MICROSECOND


def _proposed(adjustment: Adjustment) -> messages.ProposedAdjustment:
    terms = adjustment.terms
    given = terms.points > 0
    own = [funder.entity for funder in terms.funders] == [terms.issuer]
    return messages.ProposedAdjustment(
        adjustment_id=adjustment.adjustment_id,
        member_id=adjustment.home,
        adjustment=messages.Adjustment(
            points=terms.points,
            brand_id=terms.brand,
            funder_entity_id="" if own else terms.funders[0].entity,
            accrual_id=terms.accrual_id,
            expire_time=values.timestamp(terms.expire_time),
            currency_code=terms.liability.currency if given else "",
            reason_code=terms.reason_code,
            note=terms.note,
            operator_id=terms.operator_id,
        ),
        caller=adjustment.caller,
        post_time=values.timestamp(adjustment.post_time),
    )


def points_transferred(transfer: TransferOutcome) -> messages.TransferPointsResponse:
    """Points on their way, or there."""
    sent = cast(TransferAnswer, transfer.outcome.answer)
    return messages.TransferPointsResponse(
        transfer_id=sent.transfer_id,
        points=sent.points,
        arrived=transfer.arrived,
        wallet=values.wallet_message(sent.wallet),
        position=values.position_message(sent.position),
    )


def line_corrected(answer: Answer) -> order_requests_pb2.CorrectOrderLineResponse:
    """A corrected line."""
    corrected = cast(CorrectionAnswer, answer)
    return order_requests_pb2.CorrectOrderLineResponse(
        order_id=corrected.order_id,
        corrected=[
            order_requests_pb2.CorrectedPoints(
                accrual_id=one.accrual_id,
                line_number=one.line_number,
                brand_id=one.brand,
                rule_id=one.rule_id,
                granted_before=one.granted_before,
                granted_after=one.granted_after,
                points=one.points,
            )
            for one in corrected.corrected
        ],
        repaid_points=corrected.repaid_points,
        wallet=values.wallet_message(corrected.wallet),
        position=values.position_message(corrected.position),
    )


def correction_message(progress: CorrectionProgress) -> messages.Correction:
    """A plan and how far it has come."""
    correction = progress.correction
    return messages.Correction(
        correction_id=correction.correction_id,
        state=_CORRECTIONS[correction.state],
        revision=correction.revision,
        reason=correction.reason,
        orders=correction.orders,
        changed_orders=correction.changed_orders,
        applied_orders=progress.applied_orders,
        skipped_orders=progress.skipped_orders,
        effects=[effect_message(effect) for effect in correction.effects],
    )


def effect_message(effect: CorrectionEffect) -> messages.CorrectionEffect:
    """What members of one brand gain and lose."""
    return messages.CorrectionEffect(
        brand_id=effect.brand,
        gaining_members=effect.gaining_members,
        gained_points=effect.gained_points,
        losing_members=effect.losing_members,
        lost_points=effect.lost_points,
        spent_points=effect.spent_points,
        liability=values.money_messages(effect.liability),
    )
