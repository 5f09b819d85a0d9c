from churn.score import score

__all__ = ["score"]
