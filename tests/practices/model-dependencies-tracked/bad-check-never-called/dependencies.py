import yaml


def check(models):
    for name, item in models.items():
        if any(upstream not in models for upstream in item["upstream"]):
            raise ValueError(f"model {name} has an unknown upstream")
