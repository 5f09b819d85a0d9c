from flows.churn import churn


def test_flow_on_a_sample(tmp_path):
    path = tmp_path / "sample.csv"
    path.write_text("months,churned\n1,0\n2,0\n30,1\n40,1\n")
    assert churn(path).n_features_in_ == 1
