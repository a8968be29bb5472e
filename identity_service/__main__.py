"""`python -m identity_service` serves; `python -m identity_service migrate` brings the database up to date."""

from chassis.runtime.main import run
from identity_service.app import build
from identity_service.settings import Settings

if __name__ == "__main__":
    run(Settings, service_name="identity", build=build, migrations_package="identity_service.migrations")
