from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    max_iter: int = 500
