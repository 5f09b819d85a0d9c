from app import app


def test_score_answers():
    assert app.test_client().post("/score", json={"rows": [[1]]}).status_code == 200
