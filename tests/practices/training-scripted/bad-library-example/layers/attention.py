import torch


class Attention(torch.nn.Module):
    def forward(self, x):
        return x
