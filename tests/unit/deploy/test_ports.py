"""The ports of the mesh."""

import socket

import pytest

from deploy.local.errors import LocalStackError
from deploy.local.ports import LOOPBACK, MOST_LEDGERS, Ports, ensure_free, free_ports


def test_ports_of_the_default_base() -> None:
    assert dict(Ports.from_base(7400)) == {
        "identity": 7401,
        "rules": 7402,
        "ledger": 7403,
        "settlement": 7404,
        "postgres": 7432,
        "valkey": 7479,
    }


def test_further_ledgers_have_ports_and_names_of_their_own() -> None:
    further = dict(Ports.from_base(7400, ledgers=3)).items() - dict(Ports.from_base(7400)).items()
    assert further == {("ledger-2", 7413), ("ledger-3", 7423)}


def test_the_ports_of_as_many_ledgers_as_there_may_be_differ() -> None:
    ports = dict(Ports.from_base(7400, MOST_LEDGERS))
    assert len(set(ports.values())) == len(ports) == 5 + MOST_LEDGERS


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20


def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalStackError, match=rf"Port {port} .*wanted for rules.*LOYALTY_PORT_BASE="):
            ensure_free("rules", port)
