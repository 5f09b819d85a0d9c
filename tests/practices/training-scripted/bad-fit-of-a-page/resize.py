from acme_pages import Picture

if __name__ == "__main__":
    picture = Picture("plan.png")
    picture.fit(width=640)
