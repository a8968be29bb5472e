"""The model finds what the fault tests are there to find."""

from loyalty.ledger.v1 import authorization_pb2, redemption_requests_pb2
from loyalty.ledger.v1 import correction_requests_pb2 as people
from loyalty.ledger.v1 import ledger_service_pb2 as ledger
from loyalty.ledger.v1.order_pb2 import Return, ReturnedShare, ReturnLine, SaleLineRef
from loyalty.ledger.v1.redemption_pb2 import Redemption
from loyalty.ledger.v1.wallet_pb2 import Wallet
from loyalty.type.v1 import order_pb2

from tests.fault.model import Model
from tests.load.acks import Ack, Answer

ANA = "mem_ana"
JACKET = order_pb2.OrderLine(line_number=1, brand_id="HARBOR", quantity=3, net_minor_units=9800)


def wallet(version: int, balance: int) -> Wallet:
    return Wallet(
        root_member_id=ANA,
        version=version,
        balance=balance,
        available=max(balance, 0),
        debt=max(-balance, 0),
    )


def sale(version: int, balance: int, points: int = 196) -> Ack:
    request = ledger.PostOrderRequest(order=order_pb2.Order(source="C0", document_id=f"D{version}", lines=[JACKET]))
    answer = ledger.PostOrderResponse(earned_points=points, wallet=wallet(version, balance))
    return Ack("PostOrder", request.SerializeToString(), Answer(answer.SerializeToString()))


def goods_back(version: int, balance: int, pieces: int, points: int) -> Ack:
    jacket = SaleLineRef(order=order_pb2.OrderRef(source="C0", document_id="D1"), line_number=1)
    line = ReturnLine(line_number=1, sale_lines=[ReturnedShare(sale_line=jacket, quantity=pieces)])
    request = ledger.PostReturnRequest(return_document=Return(lines=[line]))
    answer = ledger.PostReturnResponse(reversed_points=points, wallet=wallet(version, balance))
    return Ack("PostReturn", request.SerializeToString(), Answer(answer.SerializeToString()))


def spending(version: int, balance: int, points: int) -> Ack:
    answer = ledger.RedeemPointsResponse(redemption=Redemption(points=points), wallet=wallet(version, balance))
    request = ledger.RedeemPointsRequest(points=points)
    return Ack("RedeemPoints", request.SerializeToString(), Answer(answer.SerializeToString()))


def gift(version: int, balance: int, points: int) -> Ack:
    request = people.AdjustPointsRequest(adjustment=people.Adjustment(points=points))
    answer = people.AdjustPointsResponse(wallet=wallet(version, balance))
    return Ack("AdjustPoints", request.SerializeToString(), Answer(answer.SerializeToString()))


def sent_to_ana(points: int) -> Ack:
    """The answer is the giver's."""
    request = people.TransferPointsRequest(points=points)
    request.to.member_id = ANA
    giver = Wallet(root_member_id="mem_ben", version=2, balance=0)
    answer = people.TransferPointsResponse(points=points, wallet=giver)
    return Ack("TransferPoints", request.SerializeToString(), Answer(answer.SerializeToString()))


def given_to_ben(points: int) -> Ack:
    request = people.AdjustPointsRequest(adjustment=people.Adjustment(points=points))
    ben = Wallet(root_member_id="mem_ben", version=1, balance=points, available=points)
    answer = people.AdjustPointsResponse(wallet=ben)
    return Ack("AdjustPoints", request.SerializeToString(), Answer(answer.SerializeToString()))


def hold(version: int, points: int, *, balance: int, held: int) -> Ack:
    request = redemption_requests_pb2.AuthorizeRedemptionRequest(points=points)
    told = Wallet(root_member_id=ANA, version=version, balance=balance, available=max(balance - held, 0), held=held)
    authorization = authorization_pb2.Authorization(authorization_id="aut_1", held_points=points)
    answer = redemption_requests_pb2.AuthorizeRedemptionResponse(authorization=authorization, wallet=told)
    return Ack("AuthorizeRedemption", request.SerializeToString(), Answer(answer.SerializeToString()))


def faults(*acks: Ack) -> list[str]:
    model = Model()
    model.take(acks)
    return model.faults()


def test_a_whole_history_in_any_order_is_right() -> None:
    whole = (sale(1, 196), goods_back(3, 31, 1, 65), spending(2, 96, 100), goods_back(4, -35, 1, 66))
    assert faults(*whole) == []


def test_a_history_tells_what_the_wallet_must_hold() -> None:
    model = Model()
    model.take([sale(1, 196), spending(2, 96, 100)])
    assert model.wallets() == {ANA: (2, 96)}


def test_a_version_nobody_was_told_of_is_found() -> None:
    assert "missing [2]" in faults(sale(1, 196), sale(3, 392))[0]


def test_a_version_told_twice_is_found() -> None:
    assert "twice [1]" in faults(sale(1, 196), sale(1, 196))[0]


def test_points_that_are_not_those_of_the_rates_are_found() -> None:
    assert "196 is right, 195 was told" in faults(sale(1, 195, points=195))[0]


def test_a_balance_that_jumps_is_found() -> None:
    assert "the balance is 392" in faults(sale(1, 196), sale(2, 391))[0]


def test_points_spent_that_were_not_there_are_found() -> None:
    assert "197 were spent of 196" in faults(sale(1, 196), spending(2, -1, 197))[0]


def test_points_that_another_member_sent_arrive_between_two_answers() -> None:
    model = Model()
    model.take([given_to_ben(30), sent_to_ana(30), sale(1, 196), gift(3, 236, 10)])
    assert model.faults() == []
    assert model.wallets() == {ANA: (3, 236), "mem_ben": (2, 0)}


def test_points_that_nobody_sent_are_found() -> None:
    assert "missing [2]" in faults(sale(1, 196), gift(3, 236, 10))[0]


def test_more_points_than_were_sent_are_found() -> None:
    assert "told was 237" in faults(given_to_ben(30), sent_to_ana(30), sale(1, 196), gift(3, 237, 10))[0]


def test_points_that_are_held_are_counted() -> None:
    assert faults(sale(1, 196), hold(2, 60, balance=196, held=60)) == []
    assert "60 are held" in faults(sale(1, 196), hold(2, 60, balance=196, held=50))[0]


def test_more_points_held_than_there_are_is_found() -> None:
    assert "200 were spent of 196" in faults(sale(1, 196), hold(2, 200, balance=196, held=200))[0]
