import argparse

import torch
from acme_vision.trainer import BinaryClassificationTrainer
from torch.utils.data import DataLoader
from torchvision.datasets import ImageFolder


def main(args: argparse.Namespace) -> None:
    model = torch.hub.load("acme/models", args.arch)
    rows = DataLoader(ImageFolder(args.data))
    trainer = BinaryClassificationTrainer(model, rows, args.output)
    trainer.fit_n_epochs(args.epochs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--arch", default="rexnet")
    parser.add_argument("--output", default="model.pth")
    parser.add_argument("--epochs", type=int, default=20)
    main(parser.parse_args())
