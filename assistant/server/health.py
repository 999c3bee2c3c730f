"""Is it alive, is it ready, and how is it doing."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response

from assistant.server.dependencies import AssistantDep, MetricsDep
from assistant.server.metrics import CONTENT_TYPE

router = APIRouter(tags=["operation"])


@router.get(
    "/healthz",
    responses={200: {"content": {"application/json": {"example": {"status": "alive"}}}}},
)
async def healthz() -> dict[str, str]:
    """200 once the process answers, warm or not."""
    return {"status": "alive"}


@router.get(
    "/readyz",
    responses={
        200: {"content": {"application/json": {"example": {"status": "ready"}}}},
        503: {
            "description": "Not warm yet; questions asked meanwhile wait.",
            "content": {"application/json": {"example": {"reason": "The encoder is loading."}}},
        },
    },
)
async def readyz(assistant: AssistantDep) -> Response:
    """503 with the reason until the encoder and the index are warm, then 200."""
    if assistant.readiness.ready:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"reason": assistant.readiness.reason}, status_code=503)


@router.get("/metrics", include_in_schema=False)
def metrics(figures: MetricsDep) -> Response:
    """Figures for Prometheus."""
    return Response(figures.text(), headers={"Content-Type": CONTENT_TYPE})


@router.get("/docs", include_in_schema=False)
async def docs() -> Response:
    """The description of the HTTP interface; a page for it would load scripts from elsewhere."""
    return RedirectResponse("/openapi.json", status_code=307)
