"""Where points may be spent: the text an accrual carries, and whether a place satisfies it (docs/DOMAIN.md §5).

Empty: anywhere. Otherwise `location:ID`, `brands:A,B` (sorted), `operator:ID` or `region:ID`; ids hold no comma.
"""

from dataclasses import dataclass

ANYWHERE = ""


@dataclass(frozen=True, slots=True)
class SpendingPlace:
    """Where and at which brand points are spent."""

    brand: str
    location_id: str
    operator: str
    region: str

    def allows(self, scope: str) -> bool:
        """True if points of that scope may be spent here."""
        kind, _, ids = scope.partition(":")
        match kind:
            case "":
                return True
            case "location":
                return ids == self.location_id
            case "brands":
                return self.brand in ids.split(",")
            case "operator":
                return ids == self.operator
            case "region":
                return ids == self.region
        raise ValueError(f"no such scope: {scope}")
