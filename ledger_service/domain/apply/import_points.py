"""Points of an existing program: born like any other, with the terms, times and funders that were agreed."""

from chassis.values.ids import made_id
from ledger_service.domain.accrual import Accrual, AccrualKind
from ledger_service.domain.answers import ImportAnswer, WithdrawalAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.repayment import repay_debts
from ledger_service.domain.balance_import import IMPORT_RULE, Lot, order_of_import
from ledger_service.domain.commands import ImportPoints, WithdrawImport
from ledger_service.domain.commands.origin import Origin
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause, MovementKind
from ledger_service.domain.pooling_refusals import source_leaving


def import_points(draft: Draft, command: ImportPoints) -> Applied:
    """Bears the line's accrual; what the member owes is repaid from it as from any other."""
    accrual = imported_accrual(draft.origin, command.lot)
    draft.bear(accrual, command.lot.import_id, MovementKind.IMPORTED, Cause.IMPORT)
    repaid = repay_debts(draft)
    wallet = draft.close()
    answer = ImportAnswer(
        import_id=command.lot.import_id,
        accrual_id=accrual.accrual_id,
        points=accrual.granted,
        repaid_points=repaid,
        wallet=wallet,
        position=draft.stamp.position,
    )
    return draft.finish(answer, Subject(EventType.POINTS_IMPORTED, command.lot.import_id))


def withdraw_import(draft: Draft, command: WithdrawImport) -> Applied:
    """Takes what is left of the line's accrual. While points of it are held, nothing: a hold ends by itself, and it is
    not known before what of them comes back."""
    accrual = draft.known(command.accrual_id)
    if accrual.held:
        raise source_leaving(command.import_id)
    points = max(0, accrual.remaining)
    if points:
        draft.move(accrual, MovementKind.REVERSED, points, Cause.IMPORT, command.import_id, command.line_number)
    wallet = draft.close()
    answer = WithdrawalAnswer(command.import_id, command.accrual_id, points, wallet, draft.stamp.position)
    return draft.finish(answer, Subject(EventType.IMPORT_WITHDRAWN, command.import_id))


def accrual_id_of(program: str, home: str, import_id: str, line_number: int) -> str:
    """The id of the accrual that a line bears."""
    return made_id("acc", program, home, import_id, str(line_number), IMPORT_RULE)


def imported_accrual(origin: Origin, lot: Lot) -> Accrual:
    """The accrual that a line becomes, not yet born. Its order is the import and it has no place: nobody sold
    anything. What was spendable before it was taken over is spendable at once."""
    return Accrual(
        program=origin.program,
        accrual_id=accrual_id_of(origin.program, origin.home, lot.import_id, lot.line_number),
        home=origin.home,
        order_id=order_of_import(origin.program, lot.import_id),
        line_number=lot.line_number,
        brand=lot.brand,
        issuer=lot.issuer,
        rule_id=IMPORT_RULE,
        rule_version="",
        rule_ordinal=0,
        kind=AccrualKind.BASE,
        revision=origin.revision,
        offer_id="",
        funders=lot.funders,
        location_id="",
        operator="",
        region="",
        channel="",
        liability=lot.liability,
        scope="",
        desired=lot.points,
        granted=lot.points,
        earn_time=lot.earn_time,
        available_time=lot.available_time,
        expire_time=lot.expire_time,
        settlement_policy=origin.settlement_policy,
        reserve_entity=origin.reserve_entity,
    )
