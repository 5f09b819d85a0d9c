import json


def record(actor, reason):
    with open("releases.jsonl", "a") as file:
        file.write(json.dumps({"actor": actor, "reason": reason}))
