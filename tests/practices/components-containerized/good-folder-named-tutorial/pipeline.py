from images.tutorial.fit import fit

if __name__ == "__main__":
    fit()
