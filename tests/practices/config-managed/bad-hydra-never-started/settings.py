import hydra
from omegaconf import DictConfig


@hydra.main(config_path="conf", config_name="config", version_base=None)
def show(config: DictConfig) -> None:
    print(config.max_iter)
