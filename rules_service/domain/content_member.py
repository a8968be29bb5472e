"""What a rule asks of the member, in normal form, and the way back. What asks nothing is absent (see `content`)."""

from collections.abc import Mapping
from typing import Any

from chassis.values.canonical import Plain
from rules_service.domain.selector import BirthdayWindow, MemberSelector, PurchaseChoice, TierChoice

Fields = dict[str, Plain]


def member_content(member: MemberSelector | None) -> Fields:
    """The normal form of a member selector; empty: none."""
    if member is None:
        return {}
    return _asked(
        tiers={choice.ladder_id: sorted(set(choice.tier_ids)) for choice in member.tiers},
        segments=sorted(set(member.segments)),
        days_at_least=member.days_at_least or None,
        days_below=member.days_below or None,
        birthday=_birthday(member.birthday),
        purchase=_purchase(member.purchase),
    )


def read_member(content: Mapping[str, Any]) -> MemberSelector | None:
    """The member selector of a stored content."""
    if not content:
        return None
    return MemberSelector(
        tiers=tuple(TierChoice(ladder_id, tuple(some)) for ladder_id, some in sorted(content.get("tiers", {}).items())),
        segments=tuple(content.get("segments", ())),
        days_at_least=content.get("days_at_least", 0),
        days_below=content.get("days_below", 0),
        birthday=_read_birthday(content.get("birthday")),
        purchase=_read_purchase(content.get("purchase", {})),
    )


def _birthday(window: BirthdayWindow | None) -> Plain:
    if window is None:
        return None
    return "month" if window.month else {"days_before": window.days_before, "days_after": window.days_after}


def _read_birthday(content: Any) -> BirthdayWindow | None:
    if content is None:
        return None
    return BirthdayWindow(month=True) if content == "month" else BirthdayWindow(**content)


def _purchase(choice: PurchaseChoice | None) -> Fields:
    if choice is None:
        return {}
    return _asked(numbers=sorted(set(choice.numbers)), every=choice.every or None, any_brand=choice.any_brand or None)


def _read_purchase(content: Mapping[str, Any]) -> PurchaseChoice | None:
    if not content:
        return None
    return PurchaseChoice(tuple(content.get("numbers", ())), content.get("every", 0), content.get("any_brand", False))


def _asked(**fields: Plain) -> Fields:
    """The fields that ask something."""
    return {name: value for name, value in fields.items() if value not in (None, [], {})}
