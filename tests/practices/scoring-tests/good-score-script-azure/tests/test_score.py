import json

from scoring import score


def test_run_answers_each_row():
    score.init()
    assert len(score.run(json.dumps({"rows": [[1, 2], [3, 4]]}))) == 2
