"""Prometheus metrics that every part of the suite counts."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

REQUESTS = Counter("upskill_requests_total", "Requests answered", ["part", "method", "status"])
DURATION = Histogram(
    "upskill_request_seconds",
    "Time from the request's head to the answer's head",
    ["part"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
router = APIRouter()


@router.get("/metrics", include_in_schema=False)
async def read_metrics() -> Response:
    """Everything this process counts, as Prometheus text."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
