import joblib
from fastapi import Depends, FastAPI
from fastapi.security import APIKeyHeader


def build():
    key = APIKeyHeader(name="x-key")
    return FastAPI(dependencies=[Depends(key)])
