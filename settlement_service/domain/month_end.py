"""The month-end voucher of policy NONE: redeemers bore the points of others, and the funders take their share of it.

For each funder f, redeemer b other than f, and currency:

    amount = round half-up(share · what was posted to b's redemption_expense[f] in the period)

    b: Dr due_from[f] amount / Cr redemption_expense[f] amount
    f: Dr settlement_gain_loss amount / Cr due_to[b] amount

`share` is the program's `voucher_share_of_face`; halves round away from zero, so a period in which more was undone than
redeemed books the same amount the other way. It is rounded once per funder, redeemer and currency: how redemptions
were cut changes nothing. What redeemers bore of their own points stays theirs.
"""

import json
from collections import defaultdict

from chassis.values.ids import made_id
from chassis.values.rounding import Ratio, round_half_up
from settlement_service.domain.accounts import Account
from settlement_service.domain.checklist import Situation
from settlement_service.domain.periods import end_of_books
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.voucher import Voucher, VoucherEntry, VoucherKind, entry_of


def month_end_entries(situation: Situation, share: Ratio | None) -> tuple[VoucherEntry, ...]:
    """The entries still to be booked, by entity and currency; none without a share, or if they are booked."""
    if share is None or situation.month_end_entries:
        return ()
    postings: dict[tuple[str, str], list[tuple[Account, str, int]]] = defaultdict(list)
    for redeemer, funder, currency, amount in shares_of(situation, share):
        postings[redeemer, currency] += [
            (Account.DUE_FROM, funder, amount),
            (Account.REDEMPTION_EXPENSE, funder, -amount),
        ]
        postings[funder, currency] += [
            (Account.SETTLEMENT_GAIN_LOSS, "", amount),
            (Account.DUE_TO, redeemer, -amount),
        ]
    entries = (entry_of(entity, currency, each) for (entity, currency), each in sorted(postings.items()))
    return tuple(entry for entry in entries if entry is not None)


def shares_of(situation: Situation, share: Ratio) -> list[tuple[str, str, str, int]]:
    """(redeemer, funder, currency, amount) of the formula; zeros left out."""
    shares = [
        (redeemer, funder, currency, round_half_up(borne * share.numerator, share.denominator))
        for redeemer, funder, currency, borne in situation.bearing
        if redeemer != funder
    ]
    return [each for each in shares if each[3] != 0]


def month_end_voucher(
    situation: Situation, facts: ProgramFacts, entries: tuple[VoucherEntry, ...], caller: str, signed_name: str
) -> Voucher:
    """The voucher of `entries`; its id is a function of program and period."""
    share = facts.settlement.voucher_share_of_face
    assert share is not None, "entries come of a share"
    return Voucher(
        program=facts.program,
        voucher_id=made_id("vch", facts.program, VoucherKind.MONTH_END.value, situation.name),
        kind=VoucherKind.MONTH_END,
        reason=f"Month-end share of points redeemed in {situation.name}",
        caller=caller,
        signed_name=signed_name,
        subject_id=situation.name,
        document=_document(situation, facts, share),
        post_time=end_of_books(situation.name, situation.cut_time),
        entries=entries,
        period_sequence=situation.sequence,
    )


def _document(situation: Situation, facts: ProgramFacts, share: Ratio) -> str:
    content = {
        "share": f"{share.numerator}/{share.denominator}",
        "revision": facts.revision,
        "borne": [[redeemer, funder, currency, str(borne)] for redeemer, funder, currency, borne in situation.bearing],
        "shares": [[*names, str(amount)] for *names, amount in shares_of(situation, share)],
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
