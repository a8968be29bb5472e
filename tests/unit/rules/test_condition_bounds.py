"""The worst condition that is accepted takes little time and memory; what would take more is refused when saved.

Each shape is grown until it is refused; the last that was accepted is measured on the largest order there can be.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache

import pytest

from rules_service.conditions.offered import MOST_STEPS
from rules_service.domain.condition import ConditionFailed, ConditionFault
from tests.unit.rules.sights import CONDITIONS, LARGEST_LINE, LARGEST_ORDER, ready, refused

MOST_SECONDS = 0.05
MOST_MEGABYTES = 16

_CATEGORIES = "line.categories"


def _joined(part: str, by: str = "||") -> Callable[[int], str]:
    return lambda count: by.join([part] * count)


def _of_each(body: Callable[[int], str], loop: str = "exists", over: str = _CATEGORIES) -> Callable[[int], str]:
    return lambda count: f"{over}.{loop}(c, {body(count)})"


def _list(item: str) -> Callable[[int], str]:
    return lambda count: f"[{','.join([item] * count)}]"


SHAPES: dict[str, Callable[[int], str]] = {
    "comparisons": _of_each(_joined("c == line.sku")),
    "comparisons, exactly one": _of_each(_joined("c == line.sku"), "exists_one"),
    "orderings": _of_each(_joined("c < line.sku")),
    "ones in a list": _of_each(lambda count: f"7 in {_list('1')(count)}"),
    "texts in a list": _of_each(lambda count: f"(c in {_list('c')(count)}) && false"),
    "equal lists": _of_each(lambda count: f"{_list('c')(count)} == {_list('c')(count)} && false"),
    "equal categories": lambda count: f"{_list('1')(count)}.exists(x, {_CATEGORIES} != {_CATEGORIES})",
    "among the categories": lambda count: f"{_list('line.sku')(count)}.exists(x, x in {_CATEGORIES} && false)",
    "among the categories, side by side": _joined(f"line.sku in {_CATEGORIES}"),
    "contains": _of_each(_joined("line.sku.contains(c) && false")),
    "long text contains": _of_each(lambda count: f"'{'x' * count}'.contains(c) && false"),
    "contains long text": lambda count: f"'{'x' * count}'.contains('{'x' * (count // 2)}y')",
    "starts": _of_each(_joined("c.startsWith(line.sku)")),
    "sizes": _of_each(_joined("size(c) < 0")),
    "size of a long text": _of_each(lambda count: f"size('{'ä' * count}') < 0"),
    "attributes known": _of_each(_joined("c in line.attributes")),
    "attributes": _of_each(_joined("has(line.attributes.colour)")),
    "attributes that are absent": _of_each(_joined("line.attributes[c] == ''")),
    "numbers": _of_each(_joined("int('9223372036854775806') > 3", "&&"), "all"),
    "texts that are no numbers": _of_each(_joined("int(c) == 1")),
    "sums": _of_each(lambda count: f"line.quantity{'+1' * count} > 0", "all"),
    "products": _of_each(_joined("line.quantity * line.net / 3 % 7 - 5 < 100", "&&"), "all"),
    "divisions by zero": _of_each(_joined("1 / (line.quantity - 3) == 1")),
    "choices": _of_each(_joined("(c == line.sku ? line.net : line.paid) > 3", "&&"), "all"),
    "loops in a loop": lambda count: f"{_list('1')(count)}.exists(x, order.payment_means.exists(p, p == line.sku))",
    "large loop in a loop": lambda count: (
        f"[1, 1].exists(x, {_CATEGORIES}.exists(c, {_joined('c < line.sku')(count)}))"
    ),
    "lists in lists": lambda count: f"{_list('1')(count)}.exists(x, {_list('1')(count)}.exists(y, x != y))",
    "loops side by side": _joined(f"{_CATEGORIES}.exists(c, c == '')"),
    "one long list": lambda count: f"line.quantity in {_list('1')(count)}",
    "many terms": _joined("1 == 2"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_worst_that_is_accepted_takes_less_than_50_ms(name: str) -> None:
    worst = _worst(SHAPES[name])
    assert min(_seconds(worst) for _ in range(3)) < MOST_SECONDS


@pytest.mark.parametrize(
    "source",
    [
        # Without bounds of our own: 7 s and 256 MB, 1.1 s, 178 ms, 91 ms.
        f"{_CATEGORIES}.exists(c, order.payment_means.exists(p, 'q' in [{','.join(['c'] * 900)}]))",
        f"{_CATEGORIES}.exists(c, order.payment_means.exists(p, {'||'.join(['c == p'] * 230)}))",
        f"{_CATEGORIES}.exists(c, order.payment_means.exists(p, p in {_CATEGORIES} && false))",
        f"{_CATEGORIES}.exists(c, {'||'.join(['line.attributes[c] == ' + repr('')] * 31)})",
    ],
)
def test_a_loop_that_could_take_long_is_refused(source: str) -> None:
    fault = refused(source)
    assert fault.column == 1 + len(_CATEGORIES) + len(".exists")
    assert f"at most {MOST_STEPS:,} are taken" in fault.reason


def test_no_accepted_condition_comes_to_the_rounds_at_which_the_library_stops() -> None:
    rounds = _worst(lambda count: f"{_list('1')(count)}.exists(x, order.payment_means.exists(p, false))")
    assert not ready(rounds).holds(LARGEST_ORDER, LARGEST_LINE)
    side_by_side = _worst(lambda count: _joined(f"{_list('1')(50)}.exists(x, {_list('1')(count)}.exists(y, false))")(2))
    assert not ready(side_by_side).holds(LARGEST_ORDER, LARGEST_LINE)


def test_memory_stays_small_however_often_the_worst_is_evaluated() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from tests.unit.rules.test_condition_bounds import main; main()"],
        input=json.dumps([_worst(shape) for shape in SHAPES.values()]),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert float(run.stdout) < MOST_MEGABYTES


def main() -> None:
    """Prints by how many MB the process grows while the conditions on its input are evaluated a few times each."""
    conditions = [ready(source) for source in json.load(sys.stdin)]
    before = resident()
    for _ in range(5):
        for condition in conditions:
            _evaluate(condition.holds)
    print(resident() - before)


@cache
def _worst(shape: Callable[[int], str]) -> str:
    """The largest of a shape that is accepted."""
    accepted, most = 1, 2_000
    while accepted < most:
        middle = (accepted + most + 1) // 2
        if isinstance(CONDITIONS.compile(shape(middle)), ConditionFault):
            most = middle - 1
        else:
            accepted = middle
    return shape(accepted)


def _seconds(source: str) -> float:
    """Processor time of one evaluation, which a busy machine does not lengthen."""
    condition = ready(source)
    begun = time.thread_time()
    _evaluate(condition.holds)
    return time.thread_time() - begun


def _evaluate(holds: Callable[..., bool]) -> None:
    with suppress(ConditionFailed):
        holds(LARGEST_ORDER, LARGEST_LINE)


def resident() -> float:
    """What the process takes, in MB."""
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * 4096 / 1e6
