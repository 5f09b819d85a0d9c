import hydra
import pandas as pd
from omegaconf import DictConfig
from xgboost import XGBClassifier


@hydra.main(config_path="conf", config_name="config", version_base=None)
def main(config: DictConfig) -> None:
    frame = pd.read_csv("customers.csv")
    XGBClassifier(max_depth=config.model.max_depth).fit(frame[["months"]], frame["churned"])


if __name__ == "__main__":
    main()
