import shap


def explain(model, x):
    return shap.TreeExplainer(model).shap_values(x)
