import sys

import yaml


def main() -> None:
    with open("models.yaml") as file:
        models = {item["name"]: item for item in yaml.safe_load(file)["models"]}
    for name, item in models.items():
        for upstream in item["upstream"]:
            if upstream not in models:
                sys.exit(f"model {name} depends on {upstream}, which is not declared")


if __name__ == "__main__":
    main()
