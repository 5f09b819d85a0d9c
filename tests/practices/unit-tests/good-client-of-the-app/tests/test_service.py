import pytest
from fastapi.testclient import TestClient

from service import app


@pytest.fixture
def client():
    return TestClient(app)


def test_health(client):
    assert client.get("/health").status_code == 200
