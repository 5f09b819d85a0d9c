import pytest
import yaml

from {= cookiecutter.package =} import contracts, params


@pytest.fixture
def declared(settings: params.Params) -> dict:
    return yaml.safe_load(contracts.MANIFEST.read_text(encoding="utf-8"))


def test_the_manifest_of_the_repository_holds(declared: dict) -> None:
    assert contracts.check(declared) is None


def test_a_consumer_of_what_is_not_offered_is_noticed(declared: dict) -> None:
    next(iter(declared.values()))["consumers"][0]["reads"].append("reasons")
    with pytest.raises(contracts.ContractBroken, match="reasons"):
        contracts.check(declared)


def test_a_forgotten_input_is_noticed(declared: dict) -> None:
    next(iter(declared.values()))["inputs"].pop()
    with pytest.raises(contracts.ContractBroken, match="inputs"):
        contracts.check(declared)
