"""Chapters: the year's orders, and what happened in January."""

from collections import Counter

from deploy.local.demo.load import January, Loaded
from deploy.local.demo.screen import Screen, table
from deploy.local.demo.words import amount


def tell_year(screen: Screen, loaded: Loaded, cards: int) -> None:
    """What the upload came to."""
    count = len(loaded.answers)
    if loaded.replayed == count:
        screen.say(
            f"""All {count:,} orders were already there. They were sent again under the same request ids, and every
            answer was the stored one: nothing was counted twice ({loaded.seconds:.1f} s)."""
        )
    else:
        screen.say(
            f"""{count:,} orders of {cards:,} cards in {loaded.seconds:.1f} s, {count / loaded.seconds:,.0f} a second;
            {loaded.replayed:,} of them were already there."""
        )
    points: Counter[str] = Counter()
    for answer in loaded.answers:
        for earned in answer.earned:
            points[earned.brand_id] += earned.granted
    given = ", ".join(f"{brand.capitalize()} {number:,}" for brand, number in sorted(points.items()))
    screen.figure(not loaded.refused, _accepted(loaded))
    screen.show(f"{points.total():,} points were given: {given}.")


def _accepted(loaded: Loaded) -> str:
    if loaded.refused:
        return f"{len(loaded.refused)} orders were refused, first {loaded.refused[0]}"
    return f"every one of {len(loaded.answers):,} orders was accepted"


def tell_january(screen: Screen, done: January) -> None:
    """Points spent, goods brought back, debts and their repayment."""
    screen.chapter(
        "January: points are spent, goods come back",
        """Some members spend points, most of them at another brand than the one that gave them. Some bring goods back,
        and the points of those goods go with them. Where these were spent already the wallet goes below zero: a debt
        that the next points repay. Nobody is asked to write anything off.""",
    )
    rows = table("", "members", "points")
    in_debt = [answer.wallet.debt for answer in done.returned if answer.wallet.debt]
    repaid = [answer.repaid_points for answer in done.bought if answer.repaid_points]
    for what, points in (
        ("spent", [answer.redemption.points for answer in done.spent]),
        ("taken back with returned goods", [answer.reversed_points for answer in done.returned]),
        ("  of these spent before, so now owed", in_debt),
        ("  of these repaid by the next shopping", repaid),
    ):
        rows.add_row(what, f"{len(points):,}", f"{sum(points):,}")
    screen.show(rows)
    worth = sum(answer.redemption.value.minor_units for answer in done.spent)
    screen.show(f"The points spent were worth {amount(worth)} USD to the members who spent them.")
    screen.figure(
        0 < sum(repaid) < sum(in_debt), "debts appeared, some of them were repaid at once, some are still open"
    )
