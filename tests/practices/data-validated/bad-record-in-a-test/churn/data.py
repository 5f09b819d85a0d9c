from pydantic import BaseModel, Field


class Customer(BaseModel):
    months: int = Field(ge=0)
