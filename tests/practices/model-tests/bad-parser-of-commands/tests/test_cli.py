from churn.cli import create_parser, create_registry


def test_the_parser_knows_train():
    assert create_parser().parse_args(["train"]).run


def test_the_registry_knows_train():
    assert "train" in create_registry()
