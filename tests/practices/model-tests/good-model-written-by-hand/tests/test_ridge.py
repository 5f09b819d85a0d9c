import numpy as np

from churn.ridge import Ridge


def test_a_line_is_found():
    rows = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])
    model = Ridge(alpha=1e-9)
    model.fit(rows, np.array([3.0, 5.0, 7.0]))
    assert np.allclose(model.predict(rows), [3.0, 5.0, 7.0])
