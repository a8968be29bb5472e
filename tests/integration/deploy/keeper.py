"""A process that keeps PostgreSQL and Valkey running until SIGTERM: the launcher's parent that tests kill.

Usage: ``python -m tests.integration.deploy.keeper DATA_DIR POSTGRES_PORT VALKEY_PORT``. Prints the process ids of
both servers and the superuser's URL as one line of JSON when they are ready.
"""

import asyncio
import json
import signal
import sys
from dataclasses import replace
from pathlib import Path

from deploy.local.errors import LocalStackError
from deploy.local.ports import Ports
from deploy.local.settings import StackSettings
from deploy.local.stack import LocalStack


async def keep(data_dir: Path, postgres_port: int, valkey_port: int) -> None:
    """Run the servers until SIGTERM."""
    ports = replace(Ports.from_base(20000), postgres=postgres_port, valkey=valkey_port)
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    async with LocalStack(StackSettings(data_dir, ports, durable=False), only=()) as stack:
        print(
            json.dumps(
                {
                    "postgres": stack.process("postgres").pid,
                    "valkey": stack.process("valkey").pid,
                    "url": stack.postgres.url("postgres"),
                }
            ),
            flush=True,
        )
        await end.wait()


if __name__ == "__main__":
    try:
        asyncio.run(keep(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
    except LocalStackError as fault:
        sys.exit(str(fault))
