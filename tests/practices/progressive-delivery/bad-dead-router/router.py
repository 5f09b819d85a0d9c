import random


def choose(challenger_weight):
    if random.random() < challenger_weight:
        return "b"
    return "a"


def flag(user):
    from growthbook import GrowthBook

    return GrowthBook(attributes={"id": user})
