import churn.features
