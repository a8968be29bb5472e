"""The parts of a rule that can keep it from selecting a line."""

from enum import Enum


class Part(Enum):
    """A part of a rule by its name in program files, in the order in which parts are looked at, and what is said if it
    did not fit."""

    FROM = "when.from", "It is not in force yet on that day."
    UNTIL = "when.until", "It is no longer in force on that day."
    LOCATIONS = "when.locations", "It is not for sales at this location."
    REGIONS = "when.regions", "It is not for sales in this region."
    OPERATORS = "when.operators", "It is not for sales of this operator."
    CHANNELS = "when.channels", "It is not for sales through this channel."
    PAYMENT_MEANS = "when.payment", "Nothing was paid by its means of payment."
    WEEKDAYS = "when.weekdays", "It is not for this day of the week."
    HOURS = "when.hours", "It is not for this time of the day."
    SKUS = "when.skus", "It is not for this SKU."
    CATEGORIES = "when.categories", "It is for none of the line's categories."
    EXCLUDED_CATEGORIES = "when.except.categories", "It leaves a category of the line out."
    EXCLUDED_SKUS = "when.except.skus", "It leaves this SKU out."
    ATTRIBUTES = "when.attributes", "The line does not have the attributes it asks for."
    AMOUNTS = "per_amount.per", "It pays nothing in this currency."
    THRESHOLDS = "steps.thresholds", "It has no step in this currency."
    PARTS = "bundle.parts", "The line belongs to no part of its set."
    BASKET = "basket", "The rest of the basket is not what it asks for."
    SEGMENTS = "when.segment", "It is only for members of its segments."
    MEMBER_FOR = "when.member_for", "It asks for another time since the member's enrolment."
    BIRTHDAY = "when.birthday", "It is only for members around their birthday."
    TIER = "when.tier", "It is only for members of its tiers."
    PURCHASE = "when.purchase", "It is only for some of a member's purchases, and not for this one."
    CONDITION = "condition", "Its condition is not so."

    @property
    def path(self) -> str:
        """The name in program files."""
        return self.value[0]

    @property
    def sentence(self) -> str:
        """What is said if it did not fit."""
        return self.value[1]
