"""Spending points in one step: exact accruals in burn order, and what their funders owe the redeemer (DOMAIN.md §5)."""

from ledger_service.domain.answers import RedemptionAnswer
from ledger_service.domain.apply.draft import Draft
from ledger_service.domain.apply.outcome import Applied, Subject
from ledger_service.domain.apply.proving import check_proof
from ledger_service.domain.apply.spending import burn_order, check_number, spend, take, value_of
from ledger_service.domain.apply.views import redemption_view
from ledger_service.domain.commands import RedeemPoints
from ledger_service.domain.event import EventType
from ledger_service.domain.redemption import IMPLIED_LINE, Redemption


def redeem_points(draft: Draft, command: RedeemPoints) -> Applied:
    """Burns the points, values each piece by largest remainder, and writes who owes whom for it."""
    terms = command.terms
    place = draft.origin.place(terms.here.brand)
    check_number(command.points, terms)
    value = value_of(command.points, terms, command.quoted)
    check_proof(command.demand, command.proof, value, draft.wallet.version)
    taken = take(draft, command.points, place, burn_order(terms, place))
    pieces = spend(draft, command.redemption_id, terms, [(IMPLIED_LINE, value.minor_units, taken)])
    wallet = draft.close(activity=True)
    redemption = Redemption(
        program=draft.origin.program,
        redemption_id=command.redemption_id,
        root=draft.origin.wallet.member,
        brand=terms.here.brand,
        redeemer=terms.redeemer,
        location_id=draft.origin.location_id,
        points=command.points,
        value=value,
        rate=terms.here.rate,
        revision=draft.origin.revision,
        occur_time=draft.origin.occur_time,
        post_time=draft.post_time,
        pieces=pieces,
        proof=command.proof,
    )
    draft.put_redemption(redemption, new=True)
    answer = RedemptionAnswer(redemption_view(redemption), wallet, draft.stamp.position)
    subject = Subject(
        EventType.POINTS_REDEEMED, command.redemption_id, terms.here.brand, terms.redeemer, proof=command.proof
    )
    return draft.finish(answer, subject)
