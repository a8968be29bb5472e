"""A later expiry, given by a person."""

from ledger_service.domain import refusals
from ledger_service.domain.accrual import Accrual
from ledger_service.domain.answers import ExtensionAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.commands import ExtendExpiry
from ledger_service.domain.event import EventType
from ledger_service.domain.movement import Cause


def extend_expiry(draft: Draft, command: ExtendExpiry) -> Applied:
    """Lets points that lapse before the new time lapse then: of the named accruals, or of all if none is named.

    What has lapsed is not revived, not even while it is held. Refused ACCRUAL_NOT_FOUND for a name that is not the
    wallet's, NOTHING_TO_EXTEND if nothing lapses before the new time or that is not later than now.
    """
    until = command.expire_time
    named = dict.fromkeys(accrual_id for _, accrual_id in command.accruals)
    found = [_named(draft, one) for one in named] if named else draft.lapsing_until(until)
    activity = draft.wallet.last_activity_time
    extended = [
        accrual
        for accrual in found
        if (accrual.remaining > 0 or accrual.held > 0)
        and accrual.has_lapsed(until, activity)
        and accrual.lapse_time(activity) != until
        and not draft.has_lapsed(accrual)
    ]
    if not extended:
        raise refusals.nothing_to_extend(until)
    for accrual in extended:
        draft.reschedule(accrual, Cause.EXTENSION, command.extension_id, expire_time=until)
    answer = ExtensionAnswer(
        accrual_ids=tuple(accrual.accrual_id for accrual in extended),
        points=sum(max(0, accrual.remaining) + accrual.held for accrual in extended),
        wallet=draft.close(),
        position=draft.stamp.position,
    )
    return draft.finish(answer, Subject(EventType.EXPIRY_EXTENDED, command.extension_id))


def _named(draft: Draft, accrual_id: str) -> Accrual:
    accrual = draft.accrual(accrual_id)
    if accrual is None:
        raise refusals.accrual_not_found(accrual_id)
    return accrual
