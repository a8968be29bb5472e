"""`python -m ledger_service` serves; `python -m ledger_service migrate` brings the database up to date."""

from chassis.runtime.main import run
from ledger_service.app import build
from ledger_service.settings import Settings

if __name__ == "__main__":
    run(
        Settings,
        service_name="ledger",
        build=build,
        migrations_package="ledger_service.migrations",
        migration_literals=lambda settings: {"partitions": settings.partitions},
    )
