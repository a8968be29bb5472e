"""Groups of nets that sum to zero: each group of k entities is settled among its own in k − 1 payments.

The payments of any settlement form a graph whose connected parts each sum to zero, and a part of k entities needs at
least k − 1 of them. So the fewest payments are n − (the most groups into which n nets can be divided). To find the most
groups is NP-hard, by reduction from subset sum (T. Verhoeff, "Settling Multiple Debts Efficiently: An Invitation to
Computing Science", Informatics in Education 3(1), 2004). One group is always right and gives n − 1.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

EXACT_UP_TO = 12
"""How many nets, after equal and opposite ones are paired, are divided exactly: 2^n · n steps, 20 ms for 12."""


def zero_sum_groups(nets: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """The entities with a net other than zero, in groups that each sum to zero; `nets` in all sum to zero.

    The most groups there can be, if at most `EXACT_UP_TO` nets are left without an equal and opposite one; else those
    pairs and one group of the rest. A pair never costs a group: if an optimum has its two in different groups, what
    is left of these is one group beside the pair. The answer depends on the nets alone, not on their order.
    """
    pairs, rest = _pairs({entity: nets[entity] for entity in sorted(nets) if nets[entity] != 0})
    groups = _most_groups(list(rest.items())) if len(rest) <= EXACT_UP_TO else [tuple(rest)]
    return tuple(sorted(tuple(sorted(group)) for group in [*pairs, *groups]))


def _pairs(nets: Mapping[str, int]) -> tuple[list[tuple[str, ...]], dict[str, int]]:
    """Equal and opposite nets two by two, in the order of entities, and what is left."""
    holders: dict[int, list[str]] = defaultdict(list)
    for entity, amount in nets.items():
        holders[amount].append(entity)
    pairs: list[tuple[str, ...]] = []
    for amount in sorted(holders):
        if amount > 0:
            pairs += zip(holders[amount], holders.get(-amount, ()), strict=False)
    paired = {entity for pair in pairs for entity in pair}
    return pairs, {entity: amount for entity, amount in nets.items() if entity not in paired}


def _most_groups(nets: Sequence[tuple[str, int]]) -> list[tuple[str, ...]]:
    """Dynamic programming over subsets. `most[s]` is how many times the sum passes zero on the best way to put
    together subset `s` one net at a time; each passing closes a group. `newest[s]` is the last net on that way."""
    size = 1 << len(nets)
    total, most, newest = [0] * size, [0] * size, [0] * size
    for subset in range(1, size):
        members = [index for index in range(len(nets)) if subset >> index & 1]
        newest[subset] = max(members, key=lambda index: most[subset ^ 1 << index])
        before = subset ^ 1 << newest[subset]
        total[subset] = total[before] + nets[newest[subset]][1]
        most[subset] = most[before] + (total[subset] == 0)
    groups: list[tuple[str, ...]] = []
    group: list[str] = []
    left = size - 1
    while left:
        group.append(nets[newest[left]][0])
        left ^= 1 << newest[left]
        if total[left] == 0:
            groups.append(tuple(group))
            group = []
    return groups
