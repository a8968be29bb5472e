"""How program files say which sales a rule is for, and what that means."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from rules_service.domain.selector import (
    MINUTES_A_DAY,
    AttributeChoice,
    BasketCondition,
    HourWindow,
    LineFilter,
    MemberSelector,
    Selector,
    TierChoice,
)
from rules_service.wire.file_effects import Amounts, Pieces
from rules_service.wire.file_member import NO_MATTER, BirthdayChoice, MemberForSection, PurchaseSection, birthday_window
from rules_service.wire.file_scalars import one_or_many
from rules_service.wire.file_section import Section, SomeIds
from rules_service.wire.file_types import Closing, Day, Id, Opening, Truth, Weekday

Weekdays = Annotated[
    list[Weekday],
    Field(min_length=1),
    BeforeValidator(one_or_many, json_schema_input_type=Weekday | Annotated[list[Weekday], Field(min_length=1)]),
]


class HoursSection(Section):
    """A part of the local day; one that ends before it begins passes midnight."""

    start: Opening = Field(default=0, alias="from")
    """First minute, e.g. 17:00. Default: 00:00."""
    until: Closing = MINUTES_A_DAY
    """First minute that is no longer part of it, e.g. 19:00. Default: 24:00."""


class ExceptSection(Section):
    """What a rule is not for."""

    categories: SomeIds = Field(default_factory=list)
    """Not goods of these categories, nor of those below them."""
    skus: SomeIds = Field(default_factory=list)
    """Not goods with these SKUs."""


class WhenSection(Section):
    """Which lines a rule judges, when, and of whom. All that is given must be so; of a list, one."""

    categories: SomeIds = Field(default_factory=list)
    """Goods of these categories, or of those below them."""
    skus: SomeIds = Field(default_factory=list)
    """Goods with these SKUs."""
    attributes: Annotated[dict[Id, SomeIds], Field(min_length=1)] = Field(default_factory=dict)
    """Goods that have one of these values of each attribute named."""
    exclude: ExceptSection = Field(default=ExceptSection(), alias="except")
    """What it is not for."""
    locations: SomeIds = Field(default_factory=list)
    """Sold at these locations."""
    regions: SomeIds = Field(default_factory=list)
    """Sold at locations of these regions."""
    operators: SomeIds = Field(default_factory=list)
    """Sold at locations that these entities run."""
    channels: SomeIds = Field(default_factory=list)
    """Sold through these channels."""
    payment: SomeIds = Field(default_factory=list)
    """Paid by these means; of an order paid by several, the share these paid."""
    start: Day | None = Field(default=None, alias="from")
    """First date in force, local to the shop."""
    until: Day | None = None
    """First date no longer in force, local to the shop."""
    weekdays: Weekdays = Field(default_factory=list)
    """Sold on these days of the week, local to the shop."""
    hours: HoursSection | None = None
    """Sold at this time of the day, local to the shop."""
    tier: Annotated[dict[Id, SomeIds], Field(min_length=1)] = Field(default_factory=dict)
    """By ladder: to members who have one of these tiers on each ladder named."""
    segment: SomeIds = Field(default_factory=list)
    """To members of these segments."""
    member_for: MemberForSection | None = None
    """To members who were enrolled so long ago."""
    birthday: BirthdayChoice | None = None
    """Around the member's birthday: in its `month`, on the `day` itself, or from days before to days after it."""
    purchase: PurchaseSection | None = None
    """Some of the member's purchases, such as the first."""

    def selector(self) -> Selector:
        """What it means."""
        return Selector(
            category_ids=tuple(self.categories),
            skus=tuple(self.skus),
            location_ids=tuple(self.locations),
            channels=tuple(self.channels),
            start_date=self.start,
            end_date=self.until,
            regions=tuple(self.regions),
            operator_entity_ids=tuple(self.operators),
            payment_means=tuple(self.payment),
            attributes=tuple(AttributeChoice(name, tuple(some)) for name, some in sorted(self.attributes.items())),
            weekdays=tuple(sorted(set(self.weekdays))),
            hours=HourWindow(self.hours.start, self.hours.until % MINUTES_A_DAY) if self.hours else None,
            excluded_category_ids=tuple(self.exclude.categories),
            excluded_skus=tuple(self.exclude.skus),
            member=self.member(),
        )

    def member(self) -> MemberSelector | None:
        """What it asks of the member; None if nothing."""
        since = self.member_for or NO_MATTER
        asked = MemberSelector(
            tiers=tuple(TierChoice(ladder_id, tuple(some)) for ladder_id, some in sorted(self.tier.items())),
            segments=tuple(self.segment),
            days_at_least=since.at_least or 0,
            days_below=since.below or 0,
            birthday=birthday_window(self.birthday),
            purchase=self.purchase.choice() if self.purchase is not None else None,
        )
        return asked if asked != MemberSelector() else None


class BasketSection(Section):
    """What the lines of a basket must come to, those of the rule's brand unless it says otherwise."""

    spend_at_least: Amounts | None = None
    """They were paid with at least this; one amount, or one a currency."""
    quantity_at_least: Pieces | None = None
    """They are at least so many pieces."""
    brands: SomeIds | None = None
    """Lines of these brands. Default: of the rule's own brand."""
    any_brand: Truth = False
    """Lines of every brand. Default: false."""
    categories: SomeIds = Field(default_factory=list)
    """Only goods of these categories, or of those below them."""
    skus: SomeIds = Field(default_factory=list)
    """Only goods with these SKUs."""

    @model_validator(mode="after")
    def _asks_something(self) -> "BasketSection":
        if self.spend_at_least is None and self.quantity_at_least is None:
            raise ValueError("should have spend_at_least or quantity_at_least")
        if self.any_brand and self.brands is not None:
            raise ValueError("should have brands or any_brand, not both")
        return self

    def condition(self) -> BasketCondition:
        """What it means."""
        brands = tuple(self.brands or ())
        lines = LineFilter(brands, self.any_brand, tuple(self.categories), tuple(self.skus))
        return BasketCondition(lines, tuple(self.spend_at_least or ()), self.quantity_at_least or 0)
