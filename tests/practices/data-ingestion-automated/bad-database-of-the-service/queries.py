from data_store import answers


def mean_answer(customer: int) -> float:
    found = answers(customer)
    return sum(found) / len(found)
