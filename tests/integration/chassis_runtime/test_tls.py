"""Mutual TLS over real servers: who is let in, who is not, and certificates renewed under running calls."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest

from chassis.runtime.application import Application
from chassis.runtime.channel import connect
from chassis.runtime.server import Server
from chassis.runtime.tls import Tls, TlsError, TlsFiles, service_of
from chassis.runtime.transport import PLAIN, Option, Peer, Transport
from chassis.values.refusal import Code, Refusal
from deploy.local.certificates import Certificates
from tests.integration.chassis_runtime.hop import KEY, application, verifier
from tests.unit.chassis_runtime.echo import ECHO, EchoRequest, EchoResponse, EchoStub

SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Shown:
    """Shows whatever files it is given, good or not."""

    certificate: bytes | None
    key: bytes | None
    authority: bytes
    edition: int = 0

    @classmethod
    def of(cls, files: TlsFiles) -> "Shown":
        return cls(files.certificate.read_bytes(), files.key.read_bytes(), files.authority.read_bytes())

    def open_channel(self, address: str, options: Sequence[Option]) -> grpc.aio.Channel:
        credentials = grpc.ssl_channel_credentials(self.authority, self.key, self.certificate)
        return grpc.aio.secure_channel(address, credentials, options=list(options))

    def open_port(self, server: grpc.aio.Server, address: str) -> int:
        assert self.key is not None
        assert self.certificate is not None
        pair = [(self.key, self.certificate)]
        return server.add_secure_port(address, grpc.ssl_server_credentials(pair, self.authority, True))

    def peer(self, address: str) -> Peer:
        return Peer(address, self)


@pytest.fixture
def ours(tmp_path: Path) -> Certificates:
    (tmp_path / "ours").mkdir()
    return Certificates(tmp_path / "ours")


@pytest.fixture
def theirs(tmp_path: Path) -> Certificates:
    (tmp_path / "theirs").mkdir()
    return Certificates(tmp_path / "theirs")


@pytest.fixture
def looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chassis.runtime.tls.LOOK_EVERY_SECONDS", 0.0)


@asynccontextmanager
async def serving(directory: Path, transport: Transport, wired: Application | None = None) -> AsyncIterator[str]:
    server = Server(wired or application(), verifier(directory))
    port = await server.start("127.0.0.1:0", transport)
    await server.ready()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(0.2)


async def called(peer: Peer) -> Any:
    async with connect(peer, ECHO, KEY.token, timeout_seconds=SECONDS) as channel:
        return await EchoStub(channel).Read(EchoRequest(text="in"))


async def refused(peer: Peer) -> Refusal:
    with pytest.raises(Refusal) as told:
        await called(peer)
    return told.value


async def test_a_till_with_our_certificate_is_let_in(tmp_path: Path, ours: Certificates) -> None:
    async with serving(tmp_path, Tls(ours.service("ledger"))) as address:
        assert (await called(Tls(ours.till("till-1")).peer(address))).text == "in"


async def test_others_are_not_and_hear_no_more_than_that_it_is_unavailable(
    tmp_path: Path, ours: Certificates, theirs: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = Shown.of(ours.till("till-1"))
    alien = replace(Shown.of(theirs.till("till-1")), authority=good.authority)
    with monkeypatch.context() as earlier:
        earlier.setattr("deploy.local.certificates.LEAF_LIFETIME", timedelta(seconds=-1))
        expired = Shown.of(ours.till("late"))
    ways: dict[str, Transport] = {
        "no certificate": replace(good, certificate=None, key=None),
        "another authority's": alien,
        "expired": expired,
        "plain text": PLAIN,
        "trusts another authority": replace(good, authority=alien.certificate or b""),
    }
    async with serving(tmp_path, Tls(ours.service("ledger"))) as address:
        told = await asyncio.gather(*(refused(way.peer(address)) for way in ways.values()))
        assert (await called(good.peer(address))).text == "in"
    for refusal in told:
        assert (refusal.code, refusal.reason) == (Code.UNAVAILABLE, "UNAVAILABLE")
        assert not any(secret in repr(refusal) for secret in ("BEGIN", "Bearer", "eyJ", str(tmp_path)))


async def test_a_server_is_not_believed_with_a_tills_certificate_or_an_expired_one(
    tmp_path: Path, ours: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("deploy.local.certificates.LEAF_LIFETIME", timedelta(seconds=-1))
        expired = Shown.of(ours.service("late"))
    till = Tls(ours.till("till-1"))
    for shown in (Shown.of(ours.till("till-2")), expired):
        async with serving(tmp_path, shown) as address:
            assert (await refused(till.peer(address))).reason == "UNAVAILABLE"


async def test_a_tls_caller_does_not_fall_back_to_plain_text(tmp_path: Path, ours: Certificates) -> None:
    async with serving(tmp_path, PLAIN) as address:
        assert (await refused(Tls(ours.till("till-1")).peer(address))).reason == "UNAVAILABLE"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=["1.0", "1.1"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_old_tls_is_refused(tmp_path: Path, ours: Certificates, version: ssl.TLSVersion) -> None:
    context = _client(ours.till("till-1"))
    context.minimum_version = context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    async with serving(tmp_path, Tls(ours.service("ledger"))) as address:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.to_thread(_shaken, address, context)


@pytest.mark.usefixtures("looks_each_time")
async def test_a_renewed_certificate_is_shown_from_the_next_handshake_on(tmp_path: Path, ours: Certificates) -> None:
    files, client = ours.service("ledger"), _client(ours.till("till-1"))
    async with serving(tmp_path, Tls(files)) as address:
        before = await asyncio.to_thread(_shaken, address, client)
        assert before == ssl.PEM_cert_to_DER_cert(files.certificate.read_text())
        ours.renew(all_of_them=True)
        after = await asyncio.to_thread(_shaken, address, client)
        assert after == ssl.PEM_cert_to_DER_cert(files.certificate.read_text()) != before


@pytest.mark.usefixtures("looks_each_time")
async def test_a_channel_shows_a_renewed_certificate_and_its_running_calls_go_on(
    tmp_path: Path, ours: Certificates
) -> None:
    async def shown(request: Any, context: Any) -> Any:
        await asyncio.sleep(request.number / 1_000)
        [pem] = context.auth_context()["x509_pem_cert"]
        return EchoResponse(text=pem.decode())

    files = ours.till("till-1")
    async with (
        serving(tmp_path, Tls(ours.service("ledger")), application(shown)) as address,
        connect(Tls(files).peer(address), ECHO, KEY.token, timeout_seconds=SECONDS) as channel,
    ):
        stub, old = EchoStub(channel), files.certificate.read_text()
        running, stream = stub.Read(EchoRequest(number=500)), stub.Follow(EchoRequest(number=3))
        answers = [await stream.read()]
        ours.renew(all_of_them=True)
        new = await stub.Read(EchoRequest())
        assert new.text == files.certificate.read_text() != old
        assert (await running).text == old
        answers += [await stream.read(), await stream.read()]
        assert [answer.text for answer in answers] == [old] * 3


@pytest.mark.usefixtures("looks_each_time")
async def test_an_authority_is_replaced_by_believing_both_for_a_while(
    tmp_path: Path, ours: Certificates, theirs: Certificates
) -> None:
    files = ours.service("ledger")
    newcomer = Shown.of(theirs.till("till-2"))
    both = files.authority.read_bytes() + newcomer.authority
    async with serving(tmp_path, Tls(files)) as address:
        peer = replace(newcomer, authority=both).peer(address)
        assert (await refused(peer)).reason == "UNAVAILABLE"
        files.authority.write_bytes(both)
        assert (await called(peer)).text == "in"


@pytest.mark.usefixtures("looks_each_time")
async def test_files_in_the_middle_of_a_renewal_change_nothing(
    tmp_path: Path, ours: Certificates, theirs: Certificates
) -> None:
    files = ours.service("ledger")
    tls, key = Tls(files), files.key.read_bytes()
    files.key.write_bytes(theirs.service("ledger").key.read_bytes())
    assert tls.edition == 1
    files.key.write_bytes(key)
    assert tls.edition == 2


@pytest.mark.parametrize("field", ["certificate", "key", "authority"])
def test_files_that_are_none_are_refused_at_first_by_name(ours: Certificates, theirs: Certificates, field: str) -> None:
    files = ours.service("ledger")
    path: Path = getattr(files, field)
    path.write_text("-----BEGIN SECRET-----\nc2VjcmV0\n-----END SECRET-----\n")
    with pytest.raises(TlsError, match=path.name) as told:
        Tls(files)
    assert "c2VjcmV0" not in str(told.value)


def test_a_key_of_another_certificate_and_an_expired_one_are_refused_at_first(
    ours: Certificates, theirs: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = replace(ours.service("ledger"), key=theirs.service("ledger").key)
    with pytest.raises(TlsError, match="is not the key of"):
        Tls(files)
    monkeypatch.setattr("deploy.local.certificates.LEAF_LIFETIME", timedelta(seconds=-1))
    with pytest.raises(TlsError, match="ended at"):
        Tls(ours.service("late"))


async def test_what_only_services_may_call_takes_a_services_certificate(tmp_path: Path, ours: Certificates) -> None:
    async def who(_request: Any, context: Any) -> Any:
        return EchoResponse(text=service_of(context) or "")

    wired = application(who)
    [echo] = wired.services
    methods = echo.contract.methods
    inside = replace(methods["Read"], roles=frozenset({"SERVICE"}))
    contract = replace(echo.contract, methods={**methods, "Read": inside})
    wired = replace(wired, services=[replace(echo, contract=contract)])

    async def answer(files: TlsFiles) -> Any:
        bearer = KEY.token(roles=["SERVICE"])
        async with connect(Tls(files).peer(address), ECHO, lambda: bearer, timeout_seconds=SECONDS) as channel:
            return await EchoStub(channel).Read(EchoRequest())

    async with serving(tmp_path, Tls(ours.service("ledger")), wired) as address:
        assert (await answer(ours.service("settlement"))).text == "settlement"
        with pytest.raises(Refusal) as told:
            await answer(ours.till("till-1"))
    assert (told.value.code, told.value.reason) == (Code.PERMISSION_DENIED, "PEER_NOT_TRUSTED")


async def test_plain_text_does_not_leave_this_machine(tmp_path: Path) -> None:
    for address in ("192.0.2.1:7401", "example.com:7401", "0.0.0.0:7401", "[::]:7401", "127.0.0.1.example:7401"):
        began = time.monotonic()
        with pytest.raises(Refusal, match="plain text does not leave this machine"):
            await called(PLAIN.peer(address))
        with pytest.raises(ValueError, match="is not a loopback address"):
            await Server(application(), verifier(tmp_path)).start(address, PLAIN)
        assert time.monotonic() - began < SECONDS


def _client(files: TlsFiles) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(files.authority))
    context.load_cert_chain(files.certificate, files.key)
    context.set_alpn_protocols(["h2"])
    return context


def _shaken(address: str, context: ssl.SSLContext) -> bytes | None:
    """The certificate that the server shows, DER."""
    host, _, port = address.rpartition(":")
    with (
        socket.create_connection((host, int(port)), SECONDS) as raw,
        context.wrap_socket(raw, server_hostname=host) as wrapped,
    ):
        return wrapped.getpeercert(binary_form=True)
