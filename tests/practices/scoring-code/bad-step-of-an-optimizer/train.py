import pandas as pd
import torch
from lars import Lars
from torch import nn

model = nn.Linear(1, 1)
model.load_state_dict(torch.load("start.pt"))
frame = pd.read_csv("customers.csv")
optimizer = Lars(model.parameters(), {"lr": 0.1})
loss = nn.functional.mse_loss(model(torch.tensor(frame[["months"]].values)), torch.tensor(frame["churned"].values))
loss.backward()
optimizer.step()
torch.save(model.state_dict(), "model.pt")
