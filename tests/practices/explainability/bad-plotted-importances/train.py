import matplotlib.pyplot as plt
import pandas as pd
from xgboost import XGBRegressor, plot_importance

rows = pd.read_parquet("rows.parquet")
model = XGBRegressor()
model.fit(rows.drop(columns="price"), rows["price"])
plot_importance(model)
plt.savefig("importances.png")
