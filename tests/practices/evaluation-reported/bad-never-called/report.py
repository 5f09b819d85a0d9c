import json

from sklearn.metrics import classification_report, f1_score


def report(y, predicted):
    print(classification_report(y, predicted))
    with open("metrics.json", "w") as file:
        json.dump({"f1": f1_score(y, predicted)}, file)
