import joblib
from flask import Flask, jsonify, request

app = Flask(__name__)
model = joblib.load("model.joblib")


@app.route("/score", methods=["POST"])
def score():
    return jsonify(model.predict(request.json["rows"]).tolist())
