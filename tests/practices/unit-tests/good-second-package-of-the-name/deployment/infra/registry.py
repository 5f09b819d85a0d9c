class Registry:
    def __init__(self, packages):
        self.packages = packages

    def latest(self):
        return max(self.packages)
