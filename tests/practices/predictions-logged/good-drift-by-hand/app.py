import os

import joblib
import pandas as pd
import sqlalchemy
from flask import Flask, jsonify, request

app = Flask(__name__)
model = joblib.load("model.joblib")
engine = sqlalchemy.create_engine(os.environ["LOG_URL"])


@app.route("/score", methods=["POST"])
def score():
    frame = pd.DataFrame(request.json["rows"], columns=["months"])
    frame["prediction"] = model.predict(frame)
    frame.to_sql("predictions", engine, if_exists="append")
    return jsonify(frame["prediction"].tolist())
