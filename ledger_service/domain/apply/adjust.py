"""Points given or taken by a person's word (docs/DOMAIN.md §6); above a limit only when a second person agrees."""

from dataclasses import replace

from chassis.values.ids import made_id
from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual, AccrualKind
from ledger_service.domain.adjustment import ADJUSTMENT_RULE, Adjustment, AdjustmentState, AdjustmentTerms
from ledger_service.domain.answers import AdjustmentAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.giving_away import give_away
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.apply.spending import Taken, first_of, leaving_order
from ledger_service.domain.commands import AdjustPoints, DecideAdjustment
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.policies import BurnRule

BurnRules = tuple[BurnRule, ...]


def adjust_points(draft: Draft, command: AdjustPoints) -> Applied:
    """Gives or takes the points, or keeps that as a proposal: then nothing moves."""
    state = AdjustmentState.PROPOSED if command.needs_second else AdjustmentState.APPLIED
    adjustment = Adjustment(
        program=command.origin.program,
        adjustment_id=command.adjustment_id,
        home=command.origin.home,
        state=state,
        terms=command.terms,
        caller=command.origin.caller,
        decided_by="",
        post_time=draft.post_time,
    )
    return _finish(draft, adjustment, command.burn_order, EventType.POINTS_ADJUSTED)


def decide_adjustment(draft: Draft, command: DecideAdjustment) -> Applied:
    """Carries a proposal out, as it would be carried out if it were made now, or rejects it."""
    adjustment = draft.adjustment(command.adjustment_id)
    if adjustment is None:
        raise refusals.adjustment_not_found(command.adjustment_id)
    if adjustment.state is not AdjustmentState.PROPOSED:
        raise refusals.already_decided(command.adjustment_id, adjustment.state.name)
    state = AdjustmentState.APPLIED if command.approve else AdjustmentState.REJECTED
    decided = replace(adjustment, state=state, decided_by=command.operator_id)
    return _finish(draft, decided, command.burn_order, EventType.ADJUSTMENT_DECIDED)


def _finish(draft: Draft, adjustment: Adjustment, rules: BurnRules, event: EventType) -> Applied:
    """Moves the points if the adjustment is to be applied, and keeps it."""
    accrual_id = _carry_out(draft, adjustment, rules) if adjustment.state is AdjustmentState.APPLIED else ""
    repaid = repay_debts(draft) if accrual_id else 0
    wallet = draft.close()
    draft.put_adjustment(adjustment)
    answer = AdjustmentAnswer(
        adjustment_id=adjustment.adjustment_id,
        state=adjustment.state,
        accrual_id=accrual_id,
        repaid_points=repaid,
        wallet=wallet,
        position=draft.stamp.position,
    )
    return draft.finish(answer, Subject(event, adjustment.adjustment_id))


def _carry_out(draft: Draft, adjustment: Adjustment, rules: BurnRules) -> str:
    """The id of the accrual that was born; empty if points were taken."""
    terms = adjustment.terms
    if terms.points > 0:
        accrual = _given(draft, adjustment)
        draft.bear(accrual, adjustment.adjustment_id, MovementKind.ADJUSTED, Cause.ADJUSTMENT)
        return accrual.accrual_id
    for accrual, points in _taken(draft, terms, rules):
        give_away(draft, accrual, MovementKind.ADJUSTED, points, Cause.ADJUSTMENT, adjustment.adjustment_id)
    return ""


def _given(draft: Draft, adjustment: Adjustment) -> Accrual:
    """The accrual that points given become, not yet born."""
    program, home, terms = adjustment.program, adjustment.home, adjustment.terms
    return Accrual(
        program=program,
        accrual_id=made_id("acc", program, home, adjustment.adjustment_id, "0", ADJUSTMENT_RULE),
        home=home,
        order_id=adjustment.adjustment_id,
        line_number=0,
        brand=terms.brand,
        issuer=terms.issuer,
        rule_id=ADJUSTMENT_RULE,
        rule_version="",
        rule_ordinal=0,
        kind=AccrualKind.BONUS,
        revision=draft.origin.revision,
        offer_id="",
        funders=terms.funders,
        location_id=terms.location_id,
        operator=terms.operator,
        region=terms.region,
        channel="",
        liability=terms.liability,
        scope="",
        desired=terms.points,
        granted=terms.points,
        earn_time=draft.origin.occur_time,
        available_time=None,
        expire_time=terms.expire_time,
        settlement_policy=draft.origin.settlement_policy,
        reserve_entity=draft.origin.reserve_entity,
    )


def _taken(draft: Draft, terms: AdjustmentTerms, rules: BurnRules) -> list[Taken]:
    """Which accruals lose how many points: the one that is named, or the brand's spendable ones in burn order."""
    asked = -terms.points
    if not terms.accrual_id:
        return _taken_of_brand(draft, terms.brand, asked, rules)
    accrual = draft.accrual(terms.accrual_id)
    if accrual is None or accrual.home not in draft.origin.homes or accrual.brand != terms.brand:
        raise refusals.accrual_not_found(terms.accrual_id)
    if asked > accrual.remaining:
        raise refusals.insufficient_points(asked, max(0, accrual.remaining))
    return [(accrual, asked)]


def _taken_of_brand(draft: Draft, brand: str, asked: int, rules: BurnRules) -> list[Taken]:
    """Open debt comes first: what the wallet owes cannot be taken for anything else."""
    candidates = draft.spendable(order=leaving_order(rules))
    free = sum(accrual.remaining for accrual in candidates) - draft.wallet.debt
    mine = [accrual for accrual in candidates if accrual.brand == brand]
    at_hand = min(sum(accrual.remaining for accrual in mine), free)
    if at_hand < asked:
        draft.require_all_spendable()
        raise refusals.insufficient_points(asked, max(0, at_hand))
    return first_of([(accrual, accrual.remaining) for accrual in mine], asked)
