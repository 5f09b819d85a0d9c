import json
import os
import sys


def record(actor: str, reason: str) -> None:
    with open("releases.jsonl", "a") as file:
        file.write(json.dumps({"actor": actor, "reason": reason}) + "\n")


if __name__ == "__main__":
    record(os.environ["GITHUB_ACTOR"], sys.argv[1])
