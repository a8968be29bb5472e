"""Cursor vectors."""

from collections.abc import Iterable, Mapping

from loyalty.type.v1.log_position_pb2 import LogPosition

from settlement_service.domain.books import Vector


def vector_of(positions: Iterable[LogPosition]) -> Vector:
    """Position by partition; of a partition named twice the higher."""
    vector: Vector = {}
    for place in positions:
        vector[place.partition] = max(place.position, vector.get(place.partition, 0))
    return vector


def vector_message(vector: Mapping[int, int]) -> list[LogPosition]:
    """One position per partition, by partition."""
    return [LogPosition(partition=partition, position=position) for partition, position in sorted(vector.items())]
