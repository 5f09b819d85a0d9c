import joblib
from flask import Flask, jsonify, request
from growthbook import GrowthBook

app = Flask(__name__)
models = {"a": joblib.load("a.joblib"), "b": joblib.load("b.joblib")}


@app.route("/score", methods=["POST"])
def score():
    book = GrowthBook(attributes={"id": request.json["id"]})
    variant = book.get_feature_value("model", "a")
    return jsonify(models[variant].predict(request.json["rows"]).tolist())
