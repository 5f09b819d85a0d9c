from river import datasets, linear_model

model = linear_model.LogisticRegression()
for x, y in datasets.Phishing():
    model.learn_one(x, y)
