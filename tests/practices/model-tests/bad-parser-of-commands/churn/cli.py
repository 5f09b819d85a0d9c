"""The commands of the project."""

import argparse

from churn import train


def create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    commands.add_parser("train").set_defaults(run=train.main)
    return parser


def create_registry() -> dict[str, object]:
    return {"train": train.main}


if __name__ == "__main__":
    create_parser().parse_args().run()
