import requests

from util import tenure


def test_the_service_answers():
    rows = [[tenure(12)]]
    assert requests.post("http://localhost:8000/score", json={"rows": rows}, timeout=5).json() == [0]
