"""The ports of the mesh."""

import socket

import pytest

from deploy.local.errors import LocalStackError
from deploy.local.ports import LOOPBACK, Ports, ensure_free, free_ports


def test_ports_of_the_default_base() -> None:
    assert dict(Ports.from_base(7400)) == {
        "identity": 7401,
        "rules": 7402,
        "ledger": 7403,
        "settlement": 7404,
        "postgres": 7432,
        "valkey": 7479,
    }


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20


def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalStackError, match=rf"Port {port} .*wanted for rules.*LOYALTY_PORT_BASE="):
            ensure_free("rules", port)
