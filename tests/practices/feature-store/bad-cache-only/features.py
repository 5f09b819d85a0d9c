import json

import redis

cache = redis.Redis()


def cached(customer_id):
    value = cache.get(f"features:{customer_id}")
    return json.loads(value) if value else None
