{% set versioned = "data-versioned" in cookiecutter._practices %}
"""Step 1: fetch the customers from their source."""

import pandas as pd
from sqlalchemy import create_engine, text

from {= cookiecutter.package =} import files, params
{% if versioned %}
from {= cookiecutter.package =}.manifest import record
{% endif %}


def ingest(source: params.Source) -> pd.DataFrame:
    """Query the source; an empty answer is an error, never an empty training set."""
    engine = create_engine(source.url)
    with engine.connect() as connection:
        frame = pd.read_sql(text(source.query), connection)
    engine.dispose()
    if frame.empty:
        raise ValueError("the source returned no rows; is it seeded (`make source`)?")
    return frame


def main() -> None:
    """Write what the source holds today{% if versioned %}, and which version of the data that is{% endif %}."""
    source = params.load().source
    frame = ingest(source)
    files.RAW.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(files.RAW, index=False, lineterminator="\n")
{% if versioned %}
    version = record(files.RAW, rows=len(frame), query=source.query)
    print(f"{len(frame)} customers ingested, data version {version}")
{% else %}
    print(f"{len(frame)} customers ingested")
{% endif %}


if __name__ == "__main__":
    main()
