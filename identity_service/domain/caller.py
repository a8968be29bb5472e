"""Who calls, as far as identity decides and records by it."""

from dataclasses import dataclass

EVERY_PROGRAM = "*"
EVERYTHING = "*"
SERVICE = "SERVICE"
HEADQUARTERS_ADMIN = "HEADQUARTERS_ADMIN"
REGIONAL_ADMIN = "REGIONAL_ADMIN"
LOCATION_MANAGER = "LOCATION_MANAGER"


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller. `subject` is the integrating system, the scope of its request ids. `brands` and
    `locations` are whose business it is shown; `*` covers all, and none is the business of nobody."""

    subject: str
    roles: tuple[str, ...]
    programs: frozenset[str]
    trace_id: str
    brands: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()

    def covers(self, program_id: str) -> bool:
        """True if the caller's token covers the program."""
        return program_id in self.programs or EVERY_PROGRAM in self.programs

    def sees_brand(self, brand_id: str) -> bool:
        """True if the token covers the brand; what is said for every brand is every brand's business."""
        return not brand_id or brand_id in self.brands or EVERYTHING in self.brands

    def sees_location(self, location_id: str) -> bool:
        """True if the token covers the location."""
        return location_id in self.locations or EVERYTHING in self.locations

    @property
    def is_told_profiles(self) -> bool:
        """True if resolutions tell birthdays and segments to the caller: other services judge by them, nobody else
        needs them."""
        return SERVICE in self.roles

    @property
    def is_service(self) -> bool:
        """True for another service, which has made sure of whom it speaks before it does."""
        return SERVICE in self.roles

    @property
    def is_headquarters(self) -> bool:
        """True for a person of headquarters, who may say why instead of a member's proof."""
        return HEADQUARTERS_ADMIN in self.roles
