from typer.testing import CliRunner

from churn.cli import app


def test_training_leaves_a_model(tmp_path):
    (tmp_path / "customers.csv").write_text("months,charges,churned\n1,30,0\n2,90,1\n")
    result = CliRunner().invoke(app, ["train", str(tmp_path / "customers.csv"), str(tmp_path / "model.joblib")])
    assert result.exit_code == 0
    assert (tmp_path / "model.joblib").exists()
