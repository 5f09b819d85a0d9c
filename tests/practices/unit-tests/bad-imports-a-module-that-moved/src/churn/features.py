def tenure(months):
    return months / 12
