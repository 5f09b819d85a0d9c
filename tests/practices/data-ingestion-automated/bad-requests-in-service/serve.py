import joblib
import requests
from flask import Flask, jsonify, request

app = Flask(__name__)
model = joblib.load("model.joblib")


@app.route("/score", methods=["POST"])
def score():
    profile = requests.get(f"https://crm.acme.io/customers/{request.json['id']}", timeout=3).json()
    return jsonify(model.predict([[profile["months"]]]).tolist())


if __name__ == "__main__":
    app.run()
