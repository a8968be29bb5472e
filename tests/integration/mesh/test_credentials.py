"""The running mesh and its credentials: the first call of the docs, keys renewed under it, and no secret anywhere."""

import asyncio
import os
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from loyalty.ledger.v1 import ledger_service_pb2 as ledger

from chassis.values.refusal import Refusal
from deploy.local.__main__ import _access
from deploy.local.mesh import open_mesh
from deploy.local.process import CHECKOUT
from deploy.local.services import SERVICES
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import Wire, open_wire, refusal_of, said
from tests.support.mesh import Till, line, member

LANES = "/loyalty.ledger.v1.LaneService/SubmitCommands"
SECONDS = 30


async def test_the_first_call_of_the_docs_runs(stack: LocalStack, tmp_path: Path) -> None:
    text = (CHECKOUT / "docs" / "INTEGRATE.md").read_text()
    [commands] = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)[:1]
    [sample] = [code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "secure_channel" in code]
    (tmp_path / "first_call.py").write_text(sample)
    # In an environment that is installed already, and with the stack of the tests.
    make = f"make -C {shlex.quote(str(CHECKOUT))} READY= RUN={shlex.quote(sys.executable)}"
    script = commands.replace("make ", f"{make} ").replace("OUT=", f"OUT={tmp_path}/")
    told = await _run(
        ("bash", "-euc", f"{script}\ncd {tmp_path}\n{shlex.quote(sys.executable)} first_call.py"), stack, tmp_path
    )
    assert "NOT_FOUND: " in told


async def test_the_call_that_make_up_prints_runs_and_shows_no_token(stack: LocalStack, tmp_path: Path) -> None:
    told = _access(stack.settings)
    assert "eyJ" not in told
    assert "not_found" in await _run(shlex.split(told.splitlines()[-1]), stack, tmp_path)


async def _run(command: Sequence[str], stack: LocalStack, directory: Path) -> str:
    places = {"LOYALTY_DATA_DIR": str(stack.settings.data_dir), "LOYALTY_LEDGER": stack.address("ledger")}
    path = f"{CHECKOUT}:{CHECKOUT / 'gen'}"
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=directory,
        env={**os.environ, "PYTHONPATH": path, **places},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    return told.decode()


async def test_an_internal_call_takes_a_services_certificate(stack: LocalStack, wire: Wire) -> None:
    token = stack.token("a-service", programs=["*"], roles=["SERVICE"])
    outside = Wire(stack.peer)
    try:
        told = await refusal_of(outside.call("ledger", LANES, token=token))
    finally:
        await outside.channels["ledger"].close()
    assert said(told) == ("PERMISSION_DENIED", "type.loyalty", "PEER_NOT_TRUSTED")
    # With one it is read, and found to be no command.
    assert (await refusal_of(wire.call("ledger", LANES, token=token))).reason == "MALFORMED"


async def test_keys_and_certificates_change_under_running_services(stack: LocalStack, shop: Till) -> None:
    buyer = await shop.enroll("CREDENTIALS-1")
    before = stack.token("before", programs=[shop.program], roles=["POS"])
    await asyncio.to_thread(stack.secrets.rotate_signing_key)
    stack.secrets.renew(all_of_them=True)
    # A second for everybody to look; then every hop has new tokens and certificates.
    await asyncio.sleep(1.1)
    await shop.sell(buyer, "CREDENTIALS-1", "north-1", [line(1, "NORTH", 4000)])
    await shop.net_positions()
    for token in (before, stack.token("after", programs=[shop.program], roles=["POS"])):
        async with open_mesh(stack.peer, token) as mesh:
            wallet = await mesh.ledger.GetWallet(ledger.GetWalletRequest(program_id=shop.program, member=member(buyer)))
            assert wallet.wallet.balance == 40


async def test_no_secret_is_in_logs_spans_errors_and_process_lists(stack: LocalStack, shop: Till) -> None:
    tokens = {role: stack.token(role, programs=[shop.program], roles=[role]) for role in ("POS", "ANALYST")}
    errors = []
    async with open_wire(stack) as wire:
        for service in SERVICES:
            for token in (*tokens.values(), tokens["POS"][:-4] + "AAAA", "Basic " + stack.secrets.password("valkey")):
                for method in (
                    "/loyalty.ledger.v1.LedgerService/GetWallet",
                    "/loyalty.rules.v1.RulesService/GetProgram",
                ):
                    try:
                        await wire.call(service, method, b"\x0a\xff", token=token)
                    except Refusal as refusal:
                        errors.append(repr(refusal))
    secrets = {
        *_secret_values(stack.settings.data_dir / "secrets"),
        *(part for t in tokens.values() for part in t.split(".")[1:]),
    }
    assert len(secrets) > 30
    places = {
        "errors": "\n".join(errors),
        "process lists": "\n".join(_command_lines()),
        **{str(path): path.read_text(errors="replace") for path in _told_files(stack)},
    }
    assert len(places) > 10
    assert [(place, secret[:4]) for place, text in places.items() for secret in secrets if secret in text] == []


def _secret_values(directory: Path) -> Iterator[str]:
    """Passwords, keys and tokens; of PEM files every line of the key, of tokens what is not public in each."""
    for path in directory.iterdir():
        if path.suffix == ".password" or path.suffix == ".fingerprint_key":
            yield path.read_text().strip()
        elif path.suffix == ".token":
            yield from path.read_text().strip().split(".")[1:]
        elif path.name.endswith("key.pem"):
            yield from (text for text in path.read_text().splitlines() if len(text) > 20 and "-----" not in text)


def _command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue


def _told_files(stack: LocalStack) -> Iterator[Path]:
    for directory in (stack.settings.log_dir, stack.settings.trace_dir):
        yield from directory.iterdir()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_of_the_mesh_speaks_no_plain_text(stack: LocalStack, service: str) -> None:
    host, _, port = stack.address(service).rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
    async with asyncio.timeout(5):
        told = await reader.read()
    writer.close()
    # Nothing, or a TLS alert: never a frame of HTTP/2.
    assert told[:1] in (b"", b"\x15")
