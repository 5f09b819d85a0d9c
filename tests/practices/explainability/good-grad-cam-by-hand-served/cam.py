import torch


def load() -> torch.nn.Module:
    return torch.load("model.pt")


class GradCam:
    def __init__(self, model: torch.nn.Module) -> None:
        self.model = model

    def heatmap(self, image) -> list[list[float]]:
        scores = self.model(torch.frombuffer(image.read(), dtype=torch.uint8).float())
        scores.max().backward()
        return self.model.layer4.weight.grad.mean(dim=0).relu().tolist()
