"""What the services are told."""

from pathlib import Path

import pytest

from deploy.local.ports import Ports
from deploy.local.secrets import Secrets
from deploy.local.services import PEERS, SERVICES, Surroundings, environment, processes


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    return Surroundings(Ports.from_base(7400), Secrets(tmp_path / "secrets"), "redis://cache", tmp_path / "traces")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_after_its_peers(service: str) -> None:
    assert all(SERVICES.index(peer) < SERVICES.index(service) for peer in PEERS[service])


def test_the_ledger_is_told_its_peers_and_the_cache(surroundings: Surroundings) -> None:
    told = environment("ledger", surroundings, database_url="app", owner_url="owner", extra={})
    assert told["LEDGER_LISTEN_ADDRESS"] == "127.0.0.1:7403"
    assert told["LEDGER_IDENTITY_ADDRESS"] == "127.0.0.1:7401"
    assert told["LEDGER_RULES_ADDRESS"] == "127.0.0.1:7402"
    assert told["LEDGER_REDIS_URL"] == "redis://cache"
    assert (told["LEDGER_DATABASE_URL"], told["LEDGER_MIGRATION_DATABASE_URL"]) == ("app", "owner")


def test_a_further_ledger_listens_and_traces_elsewhere_and_is_told_the_rest_alike(tmp_path: Path) -> None:
    ports = Ports.from_base(7400, ledgers=2)
    surroundings = Surroundings(ports, Secrets(tmp_path / "secrets"), "redis://cache", tmp_path / "traces")
    first, second = (
        environment(process, surroundings, database_url="app", owner_url="owner", extra={})
        for process in processes(ports, "ledger")
    )
    assert {name for name, value in second.items() if first[name] != value} == {
        "LEDGER_LISTEN_ADDRESS",
        "LEDGER_TRACE_FILE",
    }
    assert second["LEDGER_LISTEN_ADDRESS"] == "127.0.0.1:7413"


def test_rules_is_told_no_peer_and_has_no_token(surroundings: Surroundings) -> None:
    told = environment("rules", surroundings, database_url="app", owner_url="owner", extra={})
    own = {name.removeprefix("RULES_") for name in told if name.startswith("RULES_")}
    assert own == {
        "LISTEN_ADDRESS",
        "DATABASE_URL",
        "MIGRATION_DATABASE_URL",
        "JWKS_FILE",
        "TOKEN_ISSUER",
        "TOKEN_AUDIENCE",
        "TRACE_FILE",
        "TLS_CERTIFICATE_FILE",
        "TLS_KEY_FILE",
        "TLS_AUTHORITY_FILE",
    }


def test_extra_settings_win(surroundings: Surroundings) -> None:
    told = environment(
        "ledger", surroundings, database_url="app", owner_url="owner", extra={"LEDGER_REDIS_URL": "elsewhere"}
    )
    assert told["LEDGER_REDIS_URL"] == "elsewhere"
