from fastapi.testclient import TestClient

from churn.serve import app


def test_health():
    assert TestClient(app).get("/health").status_code == 200
