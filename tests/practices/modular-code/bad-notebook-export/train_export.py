#!/usr/bin/env python
# coding: utf-8

# In[1]:

import pandas as pd
from sklearn.linear_model import LogisticRegression

# In[2]:

frame = pd.read_csv("customers.csv")

# In[3]:

def clean(frame):
    return frame.dropna()

# In[4]:

def tenure(frame):
    return frame["months"] / 12

# In[5]:

frame = clean(frame)
frame["tenure"] = tenure(frame)
model = LogisticRegression()

# In[6]:

model.fit(frame[["tenure"]], frame["churned"])
print(model.score(frame[["tenure"]], frame["churned"]))
