"""Customers and their answers, in the service's own database."""

from sqlalchemy import create_engine, text


def answers(customer: int) -> list[float]:
    with create_engine("postgresql://answers").connect() as connection:
        return [row[0] for row in connection.execute(text("SELECT answer FROM answers WHERE customer = :id"), {"id": customer}).fetchall()]
