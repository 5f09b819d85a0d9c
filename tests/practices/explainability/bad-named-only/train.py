import torch

network = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
rows, target = torch.rand(100, 4), torch.rand(100, 1)
for _ in range(10):
    loss = torch.nn.functional.mse_loss(network(rows), target)
    loss.backward()
    optimizer.step()
torch.save(network, "network.pt")
