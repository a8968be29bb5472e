"""Which purchases a rule chooses, and how many others would have made no difference to it."""

from bisect import bisect_left
from typing import NamedTuple

from rules_service.domain.selector import PurchaseChoice


class Span(NamedTuple):
    """Numbers of purchases before a sale, from `least` to `most`, both included; None: however many."""

    least: int
    most: int | None

    def within(self, other: "Span") -> "Span":
        """What both have."""
        if self.most is None or other.most is None:
            most = other.most if self.most is None else self.most
        else:
            most = min(self.most, other.most)
        return Span(max(self.least, other.least), most)


ANY_NUMBER = Span(0, None)


def chooses(choice: PurchaseChoice, orders: int) -> bool:
    """Whether a sale that comes after so many is chosen."""
    number = orders + 1
    return number % choice.every == 0 if choice.every else number in choice.numbers


def same_span(choice: PurchaseChoice, orders: int) -> Span:
    """The longest span around `orders` of which each number is chosen, or each is not."""
    return _of_every(choice.every, orders) if choice.every else _of_numbers(choice.numbers, orders)


def _of_every(every: int, orders: int) -> Span:
    if every == 1:
        return ANY_NUMBER
    rest = (orders + 1) % every
    if rest == 0:
        return Span(orders, orders)
    before = orders + 1 - rest
    return Span(before, before + every - 2)


def _of_numbers(numbers: tuple[int, ...], orders: int) -> Span:
    """`numbers` rise."""
    number = orders + 1
    place = bisect_left(numbers, number)
    if place == len(numbers) or numbers[place] != number:
        least = numbers[place - 1] if place else 0
        return Span(least, numbers[place] - 2 if place < len(numbers) else None)
    first = last = place
    while first and numbers[first - 1] == numbers[first] - 1:
        first -= 1
    while last + 1 < len(numbers) and numbers[last + 1] == numbers[last] + 1:
        last += 1
    return Span(numbers[first] - 1, numbers[last] - 1)
