"""A stand-in for the company's database: loads the bundled customers into the address of the source."""

from pathlib import Path

import pandas as pd
from sqlalchemy import create_engine

from {= cookiecutter.package =} import params

CUSTOMERS = Path("data/customers.csv")


def seed(url: str, customers: Path = CUSTOMERS) -> int:
    """Replace the table `customers` at the address and return its number of rows."""
    frame = pd.read_csv(customers)
    engine = create_engine(url)
    with engine.begin() as connection:
        frame.to_sql("customers", connection, index=False, if_exists="replace")
    engine.dispose()
    return len(frame)


def main() -> None:
    """Seed the source of `params.yaml`."""
    print(f"{seed(params.load().source.url)} customers loaded")


if __name__ == "__main__":
    main()
