from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    max_depth: int = 6
