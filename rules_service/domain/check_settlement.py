"""What must be true of how entities settle, and of what invoices and payments are told of them."""

from collections.abc import Iterator

from rules_service.domain.countries import COUNTRIES
from rules_service.domain.fault import Fault, KnownIds, Path, unknown
from rules_service.domain.program import Program
from rules_service.domain.settlement import ACCOUNTS, AccountName, Settlement, SettlementPolicy

_PATH: Path = ("settlement",)


def entity_faults(program: Program) -> Iterator[Fault]:
    """There are such countries, and each entity pays from one account."""
    for entity in program.entities:
        path: Path = ("entities", entity.entity_id)
        known = entity.details
        if known.country and known.country not in COUNTRIES:
            yield Fault((*path, "country"), f"there is no country {known.country} in ISO 3166")
        if known.iban and known.account_number:
            yield Fault((*path, "account_number"), "an entity with an IBAN needs no other account number")


def settlement_faults(settlement: Settlement, known: KnownIds) -> Iterator[Fault]:
    """Faults of a program's settlement, but for rates that are missing (`check_gaps`)."""
    if settlement.reserve_entity_id:
        yield from unknown((*_PATH, "policy", "reserve"), "entity", settlement.reserve_entity_id, known.entities)
    voucher = settlement.voucher_share_of_face
    if voucher is not None:
        if settlement.policy is not SettlementPolicy.NONE:
            reason = "a voucher shares what redeemers bear; it goes with policy none"
            yield Fault((*_PATH, "voucher"), reason)
        if not 0 < voucher.fraction() <= 1:
            yield Fault((*_PATH, "voucher", "share_of_face"), "must be above 0% and at most 100%")
    for part in settlement.breakage:
        path: Path = (*_PATH, "breakage", part.brand_id or "default")
        if part.brand_id:
            yield from unknown(path, "brand", part.brand_id, known.brands)
        if part.share.fraction() > 1:
            yield Fault(path, "must be at most 100%")
    yield from _account_faults(settlement.accounts)


def _account_faults(accounts: tuple[AccountName, ...]) -> Iterator[Fault]:
    """Each is one that is kept, and no code means two; the code of one that is not told is its name."""
    told = {name.account for name in accounts}
    named = {account: account for account in ACCOUNTS if account not in told}
    for name in accounts:
        path: Path = (*_PATH, "accounts", name.account)
        if name.account not in ACCOUNTS:
            yield Fault(path, f"there is no account {name.account}; accounts are {', '.join(ACCOUNTS)}")
        if name.code in named:
            yield Fault((*path, "code"), f"{name.code} is the code of {named[name.code]}")
        named.setdefault(name.code, name.account)
