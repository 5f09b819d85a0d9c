from typer.testing import CliRunner

from churn.cli import app


def test_the_version_is_printed():
    result = CliRunner().invoke(app, ["version"])
    assert "1.4.0" in result.output
