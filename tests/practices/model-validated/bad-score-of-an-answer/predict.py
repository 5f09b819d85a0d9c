"""Tell the language of a review."""

import sys

import joblib

THRESHOLD = 0.6


def language(text: str, model) -> str:
    score = model.predict_proba([text])[0].max()
    if score >= THRESHOLD:
        return model.predict([text])[0]
    return "unknown"


if __name__ == "__main__":
    print(language(sys.argv[1], joblib.load("model.joblib")))
