"""Figures of the books at a moment. Integers of any size."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account stands at, debits positive: minor units, or whole points where `currency` is empty. `brand` is
    the issuing brand of the accruals behind it, empty for vouchers."""

    entity: str
    currency: str
    account: str
    counterparty: str
    brand: str
    amount: int


@dataclass(frozen=True, slots=True)
class BrandPoints:
    """Points of a brand's movements of one kind since the first one, what they did to outstanding points, and to the
    debt among these. `spent_at` and `at_brand` tell where, for points that were spent; else they are empty."""

    brand: str
    kind: str
    spent_at: str
    at_brand: str
    points: int
    outstanding: int
    debt: int
