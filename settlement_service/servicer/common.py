"""What the servicers share."""

from chassis.runtime.budget import within_budget
from chassis.runtime.caller import ANY, current_caller

LONGEST_WAIT_SECONDS = 60.0
"""How long a read waits for positions at most, whatever its caller's deadline."""


def time_left() -> float:
    """Seconds that the caller still waits."""
    return within_budget(LONGEST_WAIT_SECONDS)


def require_brand_if_named(brand: str) -> None:
    """Refuses PERMISSION_DENIED if a brand is named that the caller's token does not cover."""
    if brand:
        current_caller().require_brand(brand)


def may_see(brand: str) -> bool:
    """True if the caller's token covers the brand."""
    brands = current_caller().brands
    return ANY in brands or brand in brands
