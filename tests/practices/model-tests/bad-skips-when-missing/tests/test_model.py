from pathlib import Path

import joblib
import pytest

MODEL = Path("models/old-model.joblib")


@pytest.mark.skipif(not MODEL.exists(), reason="no model")
def test_old_model_predicts():
    assert joblib.load(MODEL).predict([[3, 80.0]])[0] in (0, 1)
