import sys

import yaml


def main() -> None:
    with open("models.yaml") as file:
        models = {item["name"]: item for item in yaml.safe_load(file)["models"]}
    for name, item in models.items():
        if any(upstream not in models for upstream in item["upstream"]):
            sys.exit(f"model {name} has an unknown upstream")


if __name__ == "__main__":
    main()
