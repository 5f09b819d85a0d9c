import json
import time


def record(actor: str = "bot", reason: str = "") -> None:
    with open("releases.jsonl", "a") as file:
        file.write(json.dumps({"actor": actor, "reason": reason, "at": time.time()}) + "\n")


record()
