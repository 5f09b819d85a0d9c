import joblib

model = None


def init():
    global model
    model = joblib.load("model.joblib")


def run(raw):
    return model.predict(raw).tolist()
