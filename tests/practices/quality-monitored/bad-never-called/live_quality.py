from sklearn.metrics import roc_auc_score


def quality(joined):
    return roc_auc_score(joined["churned"], joined["score"])
