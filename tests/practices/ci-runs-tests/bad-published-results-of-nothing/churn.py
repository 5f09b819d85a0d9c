def tenure(months: int) -> float:
    return months / 12
