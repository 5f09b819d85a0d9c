import hydra


@hydra.main(config_path="configs", config_name="bert")
def main(config):
    print(config.epochs)


if __name__ == "__main__":
    main()
