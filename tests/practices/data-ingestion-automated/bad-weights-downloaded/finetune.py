import pandas as pd
import torch
from torch import nn

model = nn.Linear(1, 1)
model.load_state_dict(torch.hub.load_state_dict_from_url("https://models.example/start.pth"))
frame = pd.read_csv("customers.csv")
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(10):
    loss = nn.functional.mse_loss(model(torch.tensor(frame[["months"]].values)), torch.tensor(frame["churned"].values))
    loss.backward()
    optimizer.step()
torch.save(model.state_dict(), "model.pt")
