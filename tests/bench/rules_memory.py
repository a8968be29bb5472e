"""What very many rules take, in a process of its own: `python -m tests.bench.rules_memory`."""

import gc
import os
from collections.abc import Awaitable, Callable

from rules_service.conditions.cel import CelConditions
from rules_service.domain.compiled_program import compile_program
from rules_service.domain.evaluate import evaluate
from tests.bench.children import Answer, Json, answer_all
from tests.bench.memory import resident
from tests.bench.promotions import basket_of, program_of


async def _role(answering: Callable[[Answer], Awaitable[None]]) -> None:
    conditions = CelConditions()

    async def grown(question: Json) -> Json:
        # What the first program brings along is not of its rules.
        evaluate(compile_program("rev_few", program_of([0], 10), conditions), basket_of(0))
        gc.collect()
        before = resident(os.getpid())
        many = compile_program("rev_many", program_of(range(question["families"]), question["rules"]), conditions)
        for family in range(0, question["families"], 10):
            evaluate(many, basket_of(family))
        gc.collect()
        return {"bytes": resident(os.getpid()) - before}

    await answering(grown)


if __name__ == "__main__":
    answer_all(_role)
