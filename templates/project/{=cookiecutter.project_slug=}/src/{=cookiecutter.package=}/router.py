"""The canary router: sends a share of the requests to the challenger and marks every answer with its variant.

ROUTES names a JSON file `{"champion": URL, "challenger": URL or null, "weight": share of the challenger}`; deploy/deploy.py
rewrites it, the router reads it again when it changes.
"""

import json
import os
import random
from dataclasses import dataclass
from pathlib import Path

import httpx2
from fastapi import FastAPI, Request, Response

HOP_BY_HOP = {
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_RANDOM = random.SystemRandom()


@dataclass(frozen=True)
class Routes:
    """Where requests may go."""

    champion: str
    challenger: str | None
    weight: float

    @classmethod
    def read(cls, path: Path) -> "Routes":
        """Read the routes that hold now."""
        raw = json.loads(path.read_text(encoding="utf-8"))
        return cls(raw["champion"], raw["challenger"], float(raw["weight"]))

    def choose(self) -> tuple[str, str]:
        """Return the variant that answers, and its address."""
        if self.challenger and _RANDOM.random() < self.weight:
            return "challenger", self.challenger
        return "champion", self.champion


app = FastAPI(title="{= cookiecutter.project_slug =} router")
_client = httpx2.AsyncClient(timeout=10)


@app.api_route("/{path:path}", methods=["GET", "POST"])
async def forward(path: str, request: Request) -> Response:
    """Pass a request on to one of the variants."""
    variant, address = Routes.read(Path(os.environ["ROUTES"])).choose()
    headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
    try:
        answer = await _client.request(
            request.method, f"{address}/{path}", content=await request.body(), headers=headers
        )
    except httpx2.HTTPError:
        return Response("the variant does not answer", 502, {"X-Variant": variant})
    kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
    return Response(answer.content, answer.status_code, {**kept, "X-Variant": variant})
