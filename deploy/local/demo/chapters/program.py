"""Chapter: the program, as its files describe it."""

from loyalty.rules.v1 import program_pb2

from deploy.local.demo.office import Office
from deploy.local.demo.screen import Screen, table
from deploy.local.demo.words import CURRENCY, amount, worth


async def tell(screen: Screen, office: Office) -> None:
    """Four brands, what each gives, and what each thinks a point is worth."""
    program = await office.configuration()
    screen.chapter(
        f"{program.name}: four brands, one balance",
        """A member collects points at every brand of the group and sees one balance. Each brand has its own rules for
        giving points, its own opinion of what a point is worth, and its own books. All of it stands in readable files
        under deploy/local/programs/demo.""",
    )
    rows = table("brand", "gives", "a point is worth", "because", left=2, wrap=(1, 3))
    for brand in program.brands:
        value = _latest(brand)
        gives = "; ".join(_gives(rule) for rule in program.earn_rules if rule.brand_id == brand.brand_id)
        rows.add_row(brand.name, gives, worth(value.rate), value.reason)
    screen.show(rows)


def _latest(brand: program_pb2.Brand) -> program_pb2.PointValue:
    return next(
        value
        for value in reversed(brand.point_values)
        if value.rate.currency_code == CURRENCY and not value.HasField("end_time")
    )


def _gives(rule: program_pb2.EarnRule) -> str:
    match rule.WhichOneof("effect"):
        case "per_amount":
            amounts = (rule.per_amount.per, *rule.per_amount.also_per)
            points, per = rule.per_amount.points, next(one for one in amounts if one.currency_code == CURRENCY)
            # Points per single major unit would hide how the brand says it: 1 per 2.00 stays 1 per 2.00.
            return f"{points.numerator} per {amount(per.minor_units * points.denominator, per.currency_code)}"
        case "multiplier":
            factor = rule.multiplier.factor
            times = f"{factor.numerator}" if factor.denominator == 1 else f"{factor.numerator}/{factor.denominator}"
            return f"×{times} on {rule.description}"
        case _:
            return rule.description
