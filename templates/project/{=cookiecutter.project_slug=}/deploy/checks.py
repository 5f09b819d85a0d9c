{% set has = cookiecutter._practices %}
{% set canary = "progressive-delivery" in has %}
{% set protected = "model-integrity-protected" in has %}
"""What a new version must show before it is trusted: real requests and their answers."""

import json
{% if protected %}
import os
{% endif %}
import time
import urllib.error
import urllib.request
from typing import Any

#: Seconds; importing the libraries takes long on a busy machine.
PATIENCE = 180.0
CUSTOMER = {
    "region": "north",
    "plan": "plus",
    "tenure_months": 14,
    "monthly_charge": 45.5,
    "support_calls": 2,
    "late_payments": 1,
}


class CheckError(Exception):
    """The version does not do what a good one does."""


def request(url: str, body: Any = None) -> tuple[int, dict[str, str], Any]:
    """Return status, headers and content of an answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"{% if protected %}, "X-API-Key": os.environ["API_KEY"]{% endif %}}
    asked = urllib.request.Request(url, data, headers)  # noqa: S310  addresses come from the target
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
            return answer.status, dict(answer.headers), json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), None
    except OSError as error:
        raise CheckError(f"{url} does not answer ({error})") from error


def wait_until_ready(address: str, patience: float = PATIENCE) -> None:
    """Wait until a version is ready to answer."""
    limit = time.monotonic() + patience
    while True:
        try:
            if request(f"{address}/readyz")[0] == 200:
                return
        except CheckError:
            pass
        if time.monotonic() > limit:
            raise CheckError(f"it was not ready after {patience:.0f} seconds")
        time.sleep(0.2)


def smoke_test(address: str, version: str) -> None:
    """Ask for a prediction and for a refusal; both must be right."""
    wait_until_ready(address)
    status, _, answer = request(f"{address}/predict", {"rows": [CUSTOMER]})
    if status != 200 or not 0 <= answer["probabilities"][0] <= 1:
        raise CheckError(f"a good request was answered by {status}")
    if answer["version"] != version:
        raise CheckError(f"version {answer['version']} answers")
    status, _, _ = request(f"{address}/predict", {"rows": [{"region": "nowhere"}]})
    if status != 422:
        raise CheckError(f"a bad request was answered by {status}, not refused")
{% if canary %}


def compare(entrance: str, requests: int, weight: float) -> None:
    """Send requests through the router and compare the variants; the new one may neither fail nor be much slower."""
    seconds: dict[str, list[float]] = {"champion": [], "challenger": []}
    for _ in range(requests):
        began = time.monotonic()
        status, headers, _ = request(f"{entrance}/predict", {"rows": [CUSTOMER]})
        variant = headers.get("X-Variant") or headers.get("x-variant", "champion")
        if status != 200:
            raise CheckError(f"{variant} answered {status} at {weight:.0%} of the traffic")
        seconds[variant].append(time.monotonic() - began)
    if weight == 1 and seconds["champion"]:
        raise CheckError("requests still reach the old version")
    slow = {name: sorted(values)[len(values) // 2] for name, values in seconds.items() if values}
    if len(slow) == 2 and slow["challenger"] > 3 * slow["champion"] + 0.1:
        raise CheckError(f"it takes {slow['challenger']:.2f} s, the old version {slow['champion']:.2f} s")
{% endif %}
