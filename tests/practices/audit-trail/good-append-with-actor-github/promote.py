import json
import os
import sys
import time


def record(actor: str, reason: str, commit: str) -> None:
    if not reason:
        sys.exit("a reason is needed")
    with open("releases.jsonl", "a") as file:
        file.write(json.dumps({"actor": actor, "reason": reason, "commit": commit, "at": time.time()}) + "\n")


if __name__ == "__main__":
    record(os.environ["GITHUB_ACTOR"], sys.argv[1], os.environ["GITHUB_SHA"])
