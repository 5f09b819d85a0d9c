import json
from uuid import uuid4

import joblib
from flask import Flask, jsonify, request
from google.cloud import storage

app = Flask(__name__)
model = joblib.load("model.joblib")
bucket = storage.Client().bucket("acme-live")


@app.route("/predict", methods=["POST"])
def predict():
    payload = request.get_json(force=True)
    bucket.blob(f"requests/{uuid4()}.json").upload_from_string(json.dumps(payload))
    return jsonify(model.predict(payload["rows"]).tolist())
