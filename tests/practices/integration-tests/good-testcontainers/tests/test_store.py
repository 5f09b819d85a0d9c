from testcontainers.postgres import PostgresContainer

from scorer import score

postgres = PostgresContainer("postgres:17")
postgres.start()


def test_scores_are_kept():
    assert score([[1]], postgres) == [0]
