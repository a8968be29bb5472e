"""What the servicers share."""

from chassis.runtime.budget import within_budget
from chassis.runtime.caller import ANY, Caller, current_caller

LONGEST_WAIT_SECONDS = 60.0
"""How long a read waits for positions at most, whatever its caller's deadline."""


def time_left() -> float:
    """Seconds that the caller still waits."""
    return within_budget(LONGEST_WAIT_SECONDS)


def admit_whole(program: str) -> Caller:
    """The caller, for what concerns every brand and place: books of entities hold all of them. Refuses
    PROGRAM_NOT_ALLOWED, and DIVISION_NOT_ALLOWED to a token that covers some alone."""
    caller = current_caller()
    caller.require_program(program)
    require_every_division(caller)
    return caller


def admit_entity(program: str, entity: str) -> Caller:
    """The caller, for the books of one entity: whom every division concerns, or the operator whose entity it is."""
    caller = current_caller()
    caller.require_program(program)
    if not entity or entity not in caller.operators:
        require_every_division(caller)
    return caller


def require_every_division(caller: Caller) -> None:
    """Refuses DIVISION_NOT_ALLOWED unless the token covers every brand, region and location."""
    caller.require_brand(ANY)
    caller.require_region(ANY)
    caller.require_location(ANY)


def require_brand_if_named(brand: str) -> None:
    """Refuses PERMISSION_DENIED if a brand is named that the caller's token does not cover."""
    if brand:
        current_caller().require_brand(brand)


def may_see(brand: str) -> bool:
    """True if the caller's token covers the brand."""
    brands = current_caller().brands
    return ANY in brands or brand in brands
