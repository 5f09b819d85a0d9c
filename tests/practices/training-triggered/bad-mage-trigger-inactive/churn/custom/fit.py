from utils.models import train

if "custom" not in globals():
    from mage_ai.data_preparation.decorators import custom


@custom
def fit(table, *args, **kwargs):
    return train(table)
