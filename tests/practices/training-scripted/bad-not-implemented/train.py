def train(path):
    raise NotImplementedError


if __name__ == "__main__":
    train("customers.csv")
