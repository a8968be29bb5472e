"""StatementService alone in a process, over a filled database: `python -m tests.bench.journal_server`.

Told `url` (the database), `jwks` and the program, it answers with its address and serves until its input ends.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

from pydantic import SecretStr

from chassis.runtime.application import Application
from chassis.runtime.clock import SystemClock
from chassis.runtime.postgres import open_database
from chassis.runtime.server import Server
from chassis.runtime.tokens import TokenVerifier
from chassis.runtime.transport import PLAIN
from deploy.local.secrets import AUDIENCE, ISSUER
from settlement_service.app.parts import Parts
from settlement_service.app.statements import statement_service
from settlement_service.domain.program_facts import ProgramFacts
from settlement_service.domain.programs import ProgramDirectory
from tests.bench.children import Answer, Json, answer_all


class _Absent:
    """What the service shares with others and does not use itself."""


async def _role(answering: Callable[[Answer], Awaitable[None]]) -> None:
    opened = AsyncExitStack()

    async def serve(question: Json) -> Json:
        url = SecretStr(question["url"])
        database = await opened.enter_async_context(open_database(url, application_name="journal", pool_size=2))
        programs = ProgramDirectory()
        programs.learn(ProgramFacts(question["program"]))
        absent = cast(Any, _Absent())
        shared: dict[str, Any] = dict.fromkeys(Parts.__dataclass_fields__, absent)
        shared |= dict.fromkeys(("database", "history", "shown"), database)
        shared |= {"programs": programs, "clock": SystemClock()}
        server = Server(
            Application(services=[statement_service(Parts(**shared))]),
            TokenVerifier(Path(question["jwks"]), ISSUER, AUDIENCE),
        )
        port = await server.start("127.0.0.1:0", PLAIN)
        opened.push_async_callback(server.stop, 0.2)
        await server.ready()
        return {"address": f"127.0.0.1:{port}"}

    async with opened:
        await answering(serve)


if __name__ == "__main__":
    answer_all(_role)
