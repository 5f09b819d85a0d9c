import os

import httpx

BASE = os.environ["SERVICE_URL"]


def test_health():
    assert httpx.get(f"{BASE}/health", timeout=5).json()["status"] == "ok"
