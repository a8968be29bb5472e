"""Giving or taking points: stored answer → whose, which brand, who bears them → the member's lane."""

from chassis.values.canonical import Plain
from ledger_service.domain import refusals
from ledger_service.domain.accrual import FULL_SHARE, Funder, PointRate, moment
from ledger_service.domain.adjustment import AdjustmentTerms, adjustment_id_of
from ledger_service.domain.commands import AdjustPoints
from ledger_service.domain.fingerprints import adjustment_key
from ledger_service.use_cases.admission import Admission, Asked, Where
from ledger_service.use_cases.people_ports import Adjustments
from ledger_service.use_cases.people_requests import AdjustRequest
from ledger_service.use_cases.ports import BrandFacts, Lanes, Members, Outcome, Place, ProgramFacts, Resolution
from ledger_service.use_cases.requests import member_intent

NOWHERE = Place("", "", "", "")


class AdjustPointsOfMember:
    """Above the program's limit it is only proposed."""

    def __init__(self, admission: Admission, members: Members, adjustments: Adjustments, lanes: Lanes) -> None:
        self._admission = admission
        self._members = members
        self._adjustments = adjustments
        self._lanes = lanes

    async def __call__(self, caller: str, request: AdjustRequest) -> Outcome:
        """The outcome of the adjustment."""
        asked = Asked(request.program, caller, request.request_id, _intent(request))
        key, kept = await self._admission.kept(asked)
        if kept is not None:
            return kept
        facts = self._admission.program_at(request.program, request.occur_time)
        place = _place(facts, request.location_id)
        brand = facts.brands.get(request.brand)
        if brand is None:
            raise refusals.brand_not_found(request.program, request.brand)
        resolution = await self._members.resolve(request.program, request.member)
        terms = await self._terms(request, facts, brand, place, resolution)
        where = Where(place.location_id, place.operator, place.region, "", facts.revision)
        adjustment_id = adjustment_id_of(request.program, caller, request.request_id)
        limit = facts.policies.adjustment_limit
        command = AdjustPoints(
            origin=self._admission.origin(asked, key, facts, resolution, where, request.occur_time),
            directory_key=adjustment_key(request.program, adjustment_id),
            adjustment_id=adjustment_id,
            terms=terms,
            needs_second=limit is not None and abs(request.points) > limit,
            burn_order=facts.policies.burn_order,
        )
        return await self._lanes.submit(command)

    async def _terms(
        self, request: AdjustRequest, facts: ProgramFacts, brand: BrandFacts, place: Place, resolution: Resolution
    ) -> AdjustmentTerms:
        funder = request.funder or brand.entity
        if request.funder and request.funder not in facts.entities:
            raise refusals.entity_not_found(request.program, request.funder)
        home = ""
        if request.accrual_id:
            found = await self._adjustments.accrual_home(request.program, resolution.homes, request.accrual_id)
            if found is None:
                raise refusals.accrual_not_found(request.accrual_id)
            home = found
        return AdjustmentTerms(
            points=request.points,
            brand=request.brand,
            issuer=brand.entity,
            funders=(Funder(funder, FULL_SHARE),),
            liability=_liability(request, brand, place),
            accrual_id=request.accrual_id,
            accrual_home=home,
            expire_time=request.expire_time,
            reason_code=request.reason_code,
            note=request.note,
            operator_id=request.operator_id,
            location_id=place.location_id,
            operator=place.operator,
            region=place.region,
        )


def _place(facts: ProgramFacts, location_id: str) -> Place:
    """Where it is asked for; a place need not be named."""
    if not location_id:
        return NOWHERE
    place = facts.places.get(location_id)
    if place is None:
        raise refusals.location_not_found(facts.program, location_id)
    return place


def _liability(request: AdjustRequest, brand: BrandFacts, place: Place) -> PointRate:
    """What a point given stands for: in the currency named, else the place's, else the brand's only one. Points taken
    keep what their accruals say."""
    rates = brand.liability
    wanted = request.currency or (place.currency if place.currency in rates else "")
    if not wanted and rates and (len(rates) == 1 or request.points < 0):
        wanted = min(rates)
    if wanted not in rates:
        raise refusals.brand_not_found(request.program, request.brand, wanted, tuple(rates))
    return rates[wanted]


def _intent(request: AdjustRequest) -> Plain:
    return [
        "adjust",
        member_intent(request.member),
        [request.points, request.brand, request.funder, request.accrual_id],
        [moment(request.expire_time), request.currency],
        [request.reason_code, request.note, request.operator_id],
        [request.location_id, moment(request.occur_time)],
    ]
