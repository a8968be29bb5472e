"""How program files write the settlement between entities, and what that means."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from chassis.values.rounding import ZERO, Ratio
from rules_service.domain.content_settlement import OTHERS
from rules_service.domain.settlement import (
    ACCOUNTS,
    AccountName,
    Breakage,
    InvoiceTax,
    NettingMethod,
    Settlement,
    SettlementPolicy,
)
from rules_service.wire.file_scalars import identifier, share
from rules_service.wire.file_section import Section, words
from rules_service.wire.file_types import (
    SHARE_SCHEMA,
    Currency,
    Id,
    Name,
    Sentence,
    Share,
    TimeZone,
    plain_schema,
    scalar,
)

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,31}")
_TAX_CODE = re.compile(r"[A-Za-z0-9]{1,10}")


def account_code(value: object) -> str:
    """A code in a chart of accounts."""
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise ValueError("should be a code of an account: letters, digits and . _ / - only, at most 32")
    return value


def tax_code(value: object) -> str:
    """A code of tax."""
    if not isinstance(value, str) or not _TAX_CODE.fullmatch(value):
        raise ValueError("should be a code of tax: letters and digits, at most 10, such as O")
    return value


def tax_rate(value: object) -> int:
    """A rate of tax in basis points; it may be nothing."""
    points = share(value).fraction() * 10_000
    if points.denominator != 1 or points > 10_000:
        raise ValueError("should be a share from 0% to 100%, with at most two digits after the point")
    return int(points)


def _of_all_brands(value: Any) -> Any:
    """A map; a single share stands for that of every brand."""
    return value if isinstance(value, Mapping) else {OTHERS: value}


Account = Annotated[str, scalar(identifier, plain_schema(f"^({'|'.join(ACCOUNTS)})$"), "account")]


class ReserveSection(Section):
    """Each accrual pays its value into a reserve, which redemptions draw on."""

    reserve: Id
    """The entity that holds the reserve."""


REIMBURSE = ReserveSection.model_construct(reserve="")
NONE = ReserveSection.model_construct(reserve="")


class VoucherSection(Section):
    """The journal voucher at the end of a period."""

    share_of_face: Share
    """The part of what points were worth that their funders owe the redeemer, above 0% and at most 100%."""


class AccountSection(Section):
    """What an account is called."""

    code: Annotated[str, scalar(account_code, plain_schema(f"^{_CODE.pattern}$", "2150"))]
    """Its code in the chart of accounts; no two accounts have the same."""
    name: Name | None = None
    """Its name there. Default: what it is called by itself."""


class TaxSection(Section):
    """How invoices between entities are taxed."""

    code: Annotated[str, scalar(tax_code, plain_schema(f"^{_TAX_CODE.pattern}$", "O"))]
    """The code as printed and exported."""
    rate: Annotated[int, scalar(tax_rate, SHARE_SCHEMA, "share")] = 0
    """The rate. Default: 0%."""
    reason: Sentence | None = None
    """Why, as printed."""


class SettlementSection(Section):
    """How entities settle with each other, and what their books are called."""

    policy: Annotated[
        ReserveSection, words({"reimburse": REIMBURSE, "none": NONE}, ReserveSection, "{reserve: <entity>}")
    ] = REIMBURSE
    """What is owed when points are spent elsewhere: `reimburse`, by agreement; `{reserve: <entity>}`, through a
    reserve; `none`, the redeemer bears it. Frozen on points when they are earned. Default: reimburse."""
    voucher: VoucherSection | None = None
    """With policy `none`: what funders owe after all. Default: nothing."""
    netting: NettingMethod = NettingMethod.MULTILATERAL
    """`multilateral`: each entity pays or is paid its net; `bilateral`: each pair its own. Default: multilateral."""
    currency: Currency | None = None
    """Everything is paid in this currency. Default: each currency by itself."""
    time_zone: TimeZone | None = None
    """The calendar that periods follow. Default: the program's."""
    breakage: Annotated[
        dict[Id, Share], BeforeValidator(_of_all_brands, json_schema_input_type=Share | dict[Id, Share])
    ] = Field(default_factory=dict)
    """The share of points expected never to be redeemed: one, or by brand with `default` for the others. Default:
    0%."""
    accounts: dict[Account, AccountSection] = Field(default_factory=dict)
    """What accounts are called, where it is not the default."""
    tax: TaxSection | None = None
    """How invoices between entities are taxed. Default: outside the scope of tax."""


def settlement(section: SettlementSection, program_time_zone: str) -> Settlement:
    """The settlement a section describes."""
    tax, voucher = section.tax, section.voucher
    return Settlement(
        policy=_policy(section.policy),
        reserve_entity_id=section.policy.reserve,
        voucher_share_of_face=voucher.share_of_face if voucher is not None else None,
        netting=section.netting,
        settlement_currency=section.currency or "",
        time_zone=section.time_zone or program_time_zone,
        breakage=tuple(_breakage(section.breakage)),
        accounts=tuple(AccountName(account, told.code, told.name or "") for account, told in section.accounts.items()),
        invoice_tax=InvoiceTax(tax.code, tax.rate, tax.reason or "") if tax is not None else None,
    )


def _breakage(written: Mapping[str, Ratio]) -> Iterator[Breakage]:
    """By brand; that nothing of the others is expected to lapse need not be said."""
    for brand_id, part in written.items():
        if brand_id != OTHERS:
            yield Breakage(brand_id, part)
        elif part != ZERO:
            yield Breakage("", part)


def _policy(section: ReserveSection) -> SettlementPolicy:
    if section.reserve:
        return SettlementPolicy.RESERVE
    return SettlementPolicy.NONE if section is NONE else SettlementPolicy.REIMBURSE
