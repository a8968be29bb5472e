"""Vouchers: questions, adjustments and answers."""

from dataclasses import dataclass, replace

from loyalty.settlement.v1 import books_pb2, period_pb2
from loyalty.settlement.v1 import period_service_pb2 as messages

from chassis.runtime.fields import FieldReader
from chassis.values.integers import MOST_AMOUNT
from settlement_service.domain import refusals
from settlement_service.domain.accounts import NOT_BY_HAND, Account
from settlement_service.domain.entry import Posting
from settlement_service.domain.voucher import VoucherEntry, VoucherKind
from settlement_service.use_cases.book_adjustment import Adjustment
from settlement_service.use_cases.period_ports import KeptVoucher
from settlement_service.wire.as_of import read_optional_month
from settlement_service.wire.paging import read_page_size
from settlement_service.wire.sealed import seal, text_after

MOST_ENTRIES, MOST_POSTINGS = 100, 100
MOST_MINOR_UNITS = 1_000 * MOST_AMOUNT
"""Of a posting, or of a till's day: many documents in one. More is a slip; thousands of them still fit a statement."""
LONGEST_NAME, LONGEST_REASON, LONGEST_FIGURE = 200, 500, 200

_ACCOUNTS = {account.value: account for account in Account}
_KINDS: dict[int, VoucherKind] = {
    period_pb2.VoucherKind.Value(f"VOUCHER_KIND_{kind.value}"): kind for kind in VoucherKind
}


@dataclass(frozen=True, slots=True)
class VoucherPage:
    """A page of vouchers: at most `size` numbered above `after`; period and kind may be open."""

    program: str
    period: str
    kind: VoucherKind | None
    after: str
    size: int

    def token(self, last: KeptVoucher) -> str:
        """The token of the page after this one."""
        return seal((last.booked.number,), *_question(self))


def adjustment_of(request: messages.BookAdjustmentRequest) -> Adjustment:
    """What is to be booked. Raises MALFORMED, ACCOUNT_UNKNOWN."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.id("request_id", request.request_id)
    reader.text("reason", request.reason, LONGEST_REASON)
    reader.text("signed_name", request.signed_name, LONGEST_NAME)
    read_optional_month(reader, "adjusts_period", request.adjusts_period)
    reader.text("adjusts_figure", request.adjusts_figure, LONGEST_FIGURE, least=0)
    reader.count("entries", len(request.entries), MOST_ENTRIES)
    for index, entry in enumerate(request.entries):
        _read_entry(reader, f"entries[{index}]", entry)
    reader.finish()
    return Adjustment(
        program=request.program_id,
        request_id=request.request_id,
        reason=request.reason,
        signed_name=request.signed_name,
        period=request.adjusts_period,
        figure=request.adjusts_figure,
        entries=tuple(map(_entry, request.entries)),
    )


def voucher_of(request: messages.GetVoucherRequest) -> tuple[str, str]:
    """Program and voucher. Raises MALFORMED."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    reader.id("voucher_id", request.voucher_id)
    reader.finish()
    return request.program_id, request.voucher_id


def voucher_page_of(request: messages.ListVouchersRequest) -> VoucherPage:
    """The page. Raises MALFORMED, CURSOR_INVALID."""
    reader = FieldReader()
    reader.id("program_id", request.program_id)
    read_optional_month(reader, "period", request.period)
    kind = _KINDS.get(request.kind)
    if kind is None and request.kind:
        reader.fault("kind", "must be a kind of voucher, or not set")
    size = read_page_size(reader, request.page_size)
    reader.finish()
    page = VoucherPage(request.program_id, request.period, kind, "", size)
    return replace(page, after=text_after(request.page_token, *_question(page)))


def voucher_message(kept: KeptVoucher) -> period_pb2.Voucher:
    """A voucher, with the entries that were read."""
    voucher = kept.voucher
    message = period_pb2.Voucher(
        voucher_id=voucher.voucher_id,
        number=kept.booked.number,
        kind=period_pb2.VoucherKind.Value(f"VOUCHER_KIND_{voucher.kind.value}"),
        period_sequence=kept.booked.period_sequence,
        reason=voucher.reason,
        caller=voucher.caller,
        signed_name=voucher.signed_name,
        subject_id=voucher.subject_id,
        document=voucher.document,
        entries=[
            period_pb2.VoucherEntry(
                entity_id=entry.entity,
                currency_code=entry.currency,
                postings=[
                    books_pb2.Posting(
                        account=posting.account.value,
                        counterparty_entity_id=posting.counterparty,
                        debit_minor_units=max(posting.amount, 0),
                        credit_minor_units=max(-posting.amount, 0),
                    )
                    for posting in entry.postings
                ],
            )
            for entry in voucher.entries
        ],
    )
    message.post_time.FromDatetime(voucher.post_time)
    return message


def _question(page: VoucherPage) -> tuple[str, ...]:
    return "vouchers", page.program, page.period, page.kind.value if page.kind else ""


def _read_entry(reader: FieldReader, field: str, entry: period_pb2.VoucherEntry) -> None:
    reader.id(f"{field}.entity_id", entry.entity_id)
    reader.currency(f"{field}.currency_code", entry.currency_code)
    reader.count(f"{field}.postings", len(entry.postings), MOST_POSTINGS)
    for index, posting in enumerate(entry.postings):
        place = f"{field}.postings[{index}]"
        reader.optional_id(f"{place}.counterparty_entity_id", posting.counterparty_entity_id)
        reader.within(f"{place}.debit_minor_units", posting.debit_minor_units, 0, MOST_MINOR_UNITS)
        reader.within(f"{place}.credit_minor_units", posting.credit_minor_units, 0, MOST_MINOR_UNITS)
        if (posting.debit_minor_units == 0) == (posting.credit_minor_units == 0):
            reader.fault(place, "must be either a debit or a credit")
        kept_apart = posting.account in _BY_COUNTERPARTY
        if kept_apart != bool(posting.counterparty_entity_id):
            reader.fault(
                f"{place}.counterparty_entity_id",
                "must name another entity" if kept_apart else "must be empty: the account is not kept by counterparty",
            )
        elif kept_apart and posting.counterparty_entity_id == entry.entity_id:
            reader.fault(f"{place}.counterparty_entity_id", "must name another entity")


_BY_COUNTERPARTY = frozenset(
    account.value
    for account in (
        Account.DUE_TO,
        Account.DUE_FROM,
        Account.RESERVE_DEPOSIT,
        Account.RESERVE_HELD,
        Account.REDEMPTION_EXPENSE,
    )
)


def _entry(entry: period_pb2.VoucherEntry) -> VoucherEntry:
    return VoucherEntry(
        entry.entity_id,
        entry.currency_code,
        tuple(
            Posting(
                _account(posting.account),
                posting.counterparty_entity_id,
                posting.debit_minor_units - posting.credit_minor_units,
            )
            for posting in entry.postings
        ),
    )


def _account(text: str) -> Account:
    account = _ACCOUNTS.get(text)
    if account is None or account in NOT_BY_HAND:
        raise refusals.account_unknown(text)
    return account
