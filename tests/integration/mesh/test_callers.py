"""Who may call what: tokens, the whole table of roles, divisions; nothing is told about what is not the caller's."""

import json
import time
from base64 import urlsafe_b64encode
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.type.v1 import role_pb2

from chassis.values.refusal import Refusal
from deploy.local.stack import LocalStack
from tests.integration.mesh.hostile import Wire, refusal_of, said, state_of
from tests.support.mesh import Till, line, member, moment
from tests.support.reference import Rpc, rpcs

ROLES = [name.removeprefix("ROLE_") for name, number in role_pb2.Role.items() if number]
WALLET = "/loyalty.ledger.v1.LedgerService/GetWallet"


def forged(stack: LocalStack, kind: str) -> str:
    """A token that is wrong in one way."""
    header, claims, signature = stack.token("raw-till", programs=["hostile-sandbox"], roles=["POS"]).split(".")
    facts = jwt.decode(f"{header}.{claims}.{signature}", options={"verify_signature": False})
    kid = jwt.get_unverified_header(f"{header}.{claims}.{signature}")["kid"]
    match kind:
        case "alg none":
            return jwt.encode(facts, "", algorithm="none", headers={"kid": kid})
        case "symmetric":
            # The public key is known to everybody: it must not serve as a secret.
            jwks = json.loads(Path(stack.secrets.jwks_file).read_text())
            return jwt.encode(facts, jwks["keys"][0]["x"], algorithm="HS256", headers={"kid": kid})
        case "another key":
            return jwt.encode(facts, Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": kid})
        case "unknown kid":
            return jwt.encode(facts, signing_key(stack), algorithm="EdDSA", headers={"kid": "another"})
        case "no kid":
            return jwt.encode(facts, signing_key(stack), algorithm="EdDSA")
        case "more roles":
            more = json.dumps(facts | {"roles": ["HEADQUARTERS_ADMIN"]}).encode()
            return f"{header}.{urlsafe_b64encode(more).rstrip(b'=').decode()}.{signature}"
        case "not yet":
            later = {"nbf": int(time.time()) + 3600}
            return jwt.encode(facts | later, signing_key(stack), algorithm="EdDSA", headers={"kid": kid})
        case "roles as text":
            text = facts | {"roles": "POS"}
            return jwt.encode(text, signing_key(stack), algorithm="EdDSA", headers={"kid": kid})
    claim, value = kind.split("=")
    changed = facts | {claim: value} if value else {key: fact for key, fact in facts.items() if key != claim}
    return jwt.encode(changed, signing_key(stack), algorithm="EdDSA", headers={"kid": kid})


def signing_key(stack: LocalStack) -> Ed25519PrivateKey:
    pem = (Path(stack.secrets.jwks_file).parent / "signing_key.pem").read_bytes()
    key = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


FORGERIES = [
    "alg none", "symmetric", "another key", "unknown kid", "no kid", "more roles", "not yet", "roles as text",
    "aud=another", "iss=another", "aud=", "iss=", "sub=", "exp=", "iat=", "program=", "roles=",
]  # fmt: skip


@pytest.mark.parametrize("kind", FORGERIES)
async def test_a_forged_token_is_refused(stack: LocalStack, wire: Wire, kind: str) -> None:
    refusal = await refusal_of(wire.call("ledger", WALLET, token=forged(stack, kind)))
    assert said(refusal) == ("UNAUTHENTICATED", "type.loyalty", "TOKEN_INVALID")


async def test_an_expired_token_says_so(stack: LocalStack, wire: Wire) -> None:
    key = signing_key(stack)
    good = stack.token("raw-till", programs=["hostile-sandbox"], roles=["POS"])
    facts = jwt.decode(good, options={"verify_signature": False}) | {"exp": int(time.time()) - 60}
    old = jwt.encode(facts, key, algorithm="EdDSA", headers={"kid": jwt.get_unverified_header(good)["kid"]})
    refusal = await refusal_of(wire.call("ledger", WALLET, token=old))
    assert said(refusal) == ("UNAUTHENTICATED", "type.loyalty", "TOKEN_EXPIRED")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer a b c"])
async def test_a_header_without_a_token_is_unauthenticated(wire: Wire, header: str) -> None:
    refusal = await refusal_of(wire.call("ledger", WALLET, metadata=[("authorization", header)]))
    assert said(refusal)[:2] == ("UNAUTHENTICATED", "type.loyalty")


def named(rpc: Rpc) -> str:
    return rpc.name if rpc.area != "rules" else f"rules.{rpc.name}"


@pytest.mark.parametrize("rpc", rpcs(), ids=named)
async def test_an_rpc_without_a_token_is_unauthenticated(wire: Wire, rpc: Rpc) -> None:
    refusal = await refusal_of(wire.call(rpc.area, full_method(rpc), streaming=rpc.streamed))
    assert said(refusal) == ("UNAUTHENTICATED", "type.loyalty", "TOKEN_MISSING")


@pytest.mark.parametrize("rpc", rpcs(), ids=named)
async def test_an_rpc_takes_exactly_the_roles_it_declares(stack: LocalStack, wire: Wire, rpc: Rpc) -> None:
    taken = {role for role in [*ROLES, "", "pos", "UNSPECIFIED"] if await takes(stack, wire, rpc, role)}
    assert taken == {role.removeprefix("ROLE_") for role in rpc.roles}


async def takes(stack: LocalStack, wire: Wire, rpc: Rpc, role: str) -> bool:
    token = stack.token("roles", programs=["hostile-sandbox"], roles=[role] if role else [])
    try:
        await wire.call(rpc.area, full_method(rpc), token=token, streaming=rpc.streamed)
    except Refusal as refusal:
        return refusal.reason != "ROLE_NOT_ALLOWED"
    return True


def full_method(rpc: Rpc) -> str:
    return f"/loyalty.{rpc.area}.v1.{rpc.service}/{rpc.name}"


async def test_the_refused_role_is_told_which_ones_are_allowed(stack: LocalStack, wire: Wire) -> None:
    token = stack.token("roles", programs=["*"], roles=["ANALYST"])
    refusal = await refusal_of(wire.call("ledger", WALLET, token=token))
    assert said(refusal) == ("PERMISSION_DENIED", "type.loyalty", "ROLE_NOT_ALLOWED")
    assert refusal.metadata["allowed"] == "HEADQUARTERS_ADMIN,LOCATION_MANAGER,MEMBER,POS,REGIONAL_ADMIN,SERVICE"


def order_request(till: Till, buyer: str, request_id: str, location: str = "mall-1") -> ledger.PostOrderRequest:
    order = till.order(f"CALLER-{request_id}", location, [line(1, "NORTH", 4000), line(2, "HARBOR", 100)])
    return ledger.PostOrderRequest(program_id=till.program, request_id=request_id, member=member(buyer), order=order)


@pytest.mark.parametrize("service", ["ledger", "identity", "rules", "settlement"])
async def test_a_program_outside_the_token_is_denied_whether_or_not_it_exists(
    stack: LocalStack, wire: Wire, shop: Till, service: str
) -> None:
    method, request = {
        "ledger": (WALLET, ledger.GetWalletRequest(member=member("mem_x"))),
        "identity": ("/loyalty.identity.v1.IdentityService/ResolveMember", ledger.GetWalletRequest(member=member("m"))),
        "rules": ("/loyalty.rules.v1.RulesService/GetProgram", ledger.GetWalletRequest()),
        "settlement": ("/loyalty.settlement.v1.SettlementService/GetPositions", ledger.GetWalletRequest()),
    }[service]
    token = stack.token("stranger", programs=["another"], roles=["POS", "FINANCE"])
    told = []
    for program in (shop.program, "there-is-none"):
        request.program_id = program
        refusal = await refusal_of(wire.call(service, method, request.SerializeToString(), token=token))
        told.append((said(refusal), refusal.message.replace(program, "…"), sorted(refusal.metadata)))
    assert told[0] == told[1]
    assert told[0][0] == ("PERMISSION_DENIED", "type.loyalty", "PROGRAM_NOT_ALLOWED")


async def test_a_location_outside_the_token_is_denied_whether_or_not_it_exists(
    stack: LocalStack, wire: Wire, shop: Till
) -> None:
    token = stack.token("north-till", programs=[shop.program], roles=["POS"], locations=["north-1"])
    requests = [order_request(shop, "mem_x", "loc-1", place) for place in ("mall-1", "there-is-none")]
    told = {said(await refusal_of(wire.ledger("PostOrder", request, token))) for request in requests}
    assert told == {("PERMISSION_DENIED", "type.loyalty", "DIVISION_NOT_ALLOWED")}


async def test_a_brand_outside_the_token_is_denied_whether_or_not_it_exists(
    stack: LocalStack, wire: Wire, shop: Till
) -> None:
    token = stack.token("north-till", programs=[shop.program], roles=["POS"], brands=["NORTH"])
    told = set()
    for brand in ("HARBOR", "THERE-IS-NONE"):
        request = ledger.RedeemPointsRequest(
            program_id=shop.program,
            request_id="brand-1",
            member=member("mem_x"),
            location_id="mall-1",
            brand_id=brand,
            currency_code="USD",
            points=1,
            occur_time=moment(shop.now),
        )
        told.add(said(await refusal_of(wire.ledger("RedeemPoints", request, token))))
    assert told == {("PERMISSION_DENIED", "type.loyalty", "DIVISION_NOT_ALLOWED")}


async def test_a_token_of_one_brand_cannot_credit_another_brands_points(
    stack: LocalStack, wire: Wire, shop: Till
) -> None:
    ana = await shop.enroll("CALLERS-ONE-BRAND")
    token = stack.token("north-till", programs=[shop.program], roles=["POS"], brands=["NORTH"])
    refusal = await refusal_of(wire.ledger("PostOrder", order_request(shop, ana, "brand-2"), token))
    assert said(refusal) == ("PERMISSION_DENIED", "type.loyalty", "DIVISION_NOT_ALLOWED")


async def test_an_item_outside_the_token_is_denied_alone(stack: LocalStack, wire: Wire, shop: Till) -> None:
    ana = await shop.enroll("CALLERS-BATCH")
    token = stack.token("mall-till", programs=[shop.program], roles=["POS"], locations=["mall-1"])
    items = [order_request(shop, ana, "item-1"), order_request(shop, ana, "item-2", "north-1")]
    answer = ledger.BatchPostOrdersResponse.FromString(
        await wire.ledger("BatchPostOrders", ledger.BatchPostOrdersRequest(orders=items), token)
    )
    assert [result.posted.earned_points for result in answer.results] == [42, 0]
    assert answer.results[1].refusal.reason == "DIVISION_NOT_ALLOWED"


async def test_a_log_without_a_named_program_is_that_of_the_programs_of_the_token(
    stack: LocalStack, wire: Wire, shop: Till, live_shop: Till
) -> None:
    ana = await shop.enroll("CALLERS-LOG")
    await shop.sell(ana, "CALLERS-LOG", "mall-1", [line(1, "NORTH", 100)])
    token = stack.token("reader", programs=[shop.program], roles=["SERVICE"])
    request = ledger.StreamEventsRequest(stop_at_head=True).SerializeToString()
    method = "/loyalty.ledger.v1.LedgerService/StreamEvents"
    first = await wire.call("ledger", method, request, token=token, streaming=True)
    assert ledger.StreamEventsResponse.FromString(first).event.program_id == shop.program


async def test_request_ids_of_two_callers_are_different(stack: LocalStack, wire: Wire, shop: Till) -> None:
    ana = await shop.enroll("CALLERS-SCOPE")
    answers = []
    for subject, document in (("one", "A"), ("two", "B")):
        token = stack.token(subject, programs=[shop.program], roles=["POS"])
        request = order_request(shop, ana, "same-id")
        request.order.document_id = f"CALLERS-SCOPE-{document}"
        answers.append(ledger.PostOrderResponse.FromString(await wire.ledger("PostOrder", request, token)))
    assert [answer.wallet.balance for answer in answers] == [42, 84]


@pytest.mark.parametrize("locations", [["mall-1"], []])
async def test_a_denied_order_changes_nothing(stack: LocalStack, wire: Wire, shop: Till, locations: list[str]) -> None:
    ana = await shop.enroll("CALLERS-DENIED")
    before = await state_of(shop, ana)
    token = stack.token("denied", programs=[shop.program], roles=["POS"], locations=locations)
    await refusal_of(wire.ledger("PostOrder", order_request(shop, ana, "denied-1", "north-1"), token))
    assert await state_of(shop, ana) == before
