import json
import os
import sys


def record(actor: str, reason: str) -> None:
    with open("release.json", "w") as file:
        file.write(json.dumps({"actor": actor, "reason": reason}) + "\n")


if __name__ == "__main__":
    record(os.environ["GITHUB_ACTOR"], sys.argv[1])
