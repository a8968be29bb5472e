"""The text form of a scope (`domain.scope`) as a message."""

from loyalty.rules.v1 import evaluation_pb2


def scope_message(scope: str) -> evaluation_pb2.RedemptionScope:
    """Where points of that scope can be spent."""
    kind, _, ids = scope.partition(":")
    match kind:
        case "":
            return evaluation_pb2.RedemptionScope(anywhere=evaluation_pb2.Anywhere())
        case "location":
            return evaluation_pb2.RedemptionScope(location_id=ids)
        case "brands":
            return evaluation_pb2.RedemptionScope(brands=evaluation_pb2.BrandSet(brand_ids=ids.split(",")))
        case "operator":
            return evaluation_pb2.RedemptionScope(operator_entity_id=ids)
        case "region":
            return evaluation_pb2.RedemptionScope(region=ids)
    raise ValueError(f"no such scope: {scope}")
