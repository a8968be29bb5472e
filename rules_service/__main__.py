"""`python -m rules_service` serves; `migrate` brings the database up to date; `plan`, `apply`, `export` and `schema`
are the tool of whoever writes programs."""

import sys

from chassis.runtime.main import run
from rules_service.app import build
from rules_service.settings import RulesSettings
from rules_service.tool.command import COMMANDS, main

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in COMMANDS:
        sys.exit(main(sys.argv[1:]))
    run(
        RulesSettings,
        service_name="rules",
        build=build,
        migrations_package="rules_service.migrations",
        tools=COMMANDS,
    )
