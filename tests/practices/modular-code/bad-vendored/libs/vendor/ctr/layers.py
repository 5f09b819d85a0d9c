import torch


class Attention(torch.nn.Module):
    def forward(self, x):
        return torch.softmax(x, dim=-1)


def loss(prediction, target):
    return torch.nn.functional.cross_entropy(prediction, target)
