"""`python -m ledger_service` serves; `migrate` brings the database up to date; `import` is the tool of whoever brings
an existing program in."""

import sys

from chassis.runtime.main import run
from ledger_service.app import build
from ledger_service.settings import Settings
from ledger_service.tool.command import COMMANDS, main

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        sys.exit(main(sys.argv[1:]))
    run(
        Settings,
        service_name="ledger",
        build=build,
        migrations_package="ledger_service.migrations",
        migration_literals=lambda settings: {"partitions": settings.partitions},
        tools=COMMANDS,
    )
