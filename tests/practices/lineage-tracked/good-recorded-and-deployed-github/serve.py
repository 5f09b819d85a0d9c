import mlflow
from flask import Flask, jsonify, request

app = Flask(__name__)
model = mlflow.pyfunc.load_model("models:/churn@champion")


@app.route("/score", methods=["POST"])
def score():
    return jsonify(model.predict(request.json["rows"]).tolist())
