def rollback(version):
    raise NotImplementedError


if __name__ == "__main__":
    rollback("1")
