"""Processes beside the bench, so that load and server never share an interpreter.

Questions go to the child's standard input and answers come back, one JSON object a line. A child ends when its input
ends, so none outlives the bench however that ends.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvloop

from deploy.local.process import CHECKOUT

_ANSWER_SECONDS = 90.0
_END_SECONDS = 10.0

Json = dict[str, Any]
Answer = Callable[[Json], Awaitable[Json]]


class Child:
    """The bench's end."""

    def __init__(self, process: asyncio.subprocess.Process, name: str) -> None:
        self._process = process
        self._name = name

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    async def ask(self, question: Json) -> Json:
        """The answer. RuntimeError if the child fails; it has said why on standard error."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question).encode() + b"\n")
        line = await asyncio.wait_for(self._process.stdout.readline(), _ANSWER_SECONDS)
        if not line:
            raise RuntimeError(f"{self._name} ended")
        answer: Json = json.loads(line)
        return answer


@asynccontextmanager
async def child(module: str, *arguments: str) -> AsyncIterator[Child]:
    """Runs a module that calls `answer_all`; it has ended afterwards."""
    packages = os.pathsep.join((str(CHECKOUT), str(CHECKOUT / "gen")))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": packages},
    )
    try:
        yield Child(process, module)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _END_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def answer_all(role: Callable[[Callable[[Answer], Awaitable[None]]], Awaitable[None]]) -> None:
    """The child's end. `role` opens what it needs and then awaits what it is given with the function that answers."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    # Whatever a library prints must not be taken for an answer.
    os.dup2(2, 1)

    async def answering(answer: Answer) -> None:
        questions = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(questions), sys.stdin.buffer
        )
        while line := await questions.readline():
            answers.write(json.dumps(await answer(json.loads(line))) + "\n")

    async def main() -> None:
        await role(answering)

    uvloop.run(main())
