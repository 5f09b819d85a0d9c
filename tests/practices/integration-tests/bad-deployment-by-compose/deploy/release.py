import subprocess
import sys
import urllib.request


def main():
    subprocess.run(["docker", "compose", "up", "--detach", "--wait"], check=True)
    with urllib.request.urlopen("http://localhost:8000/score") as answer:
        if answer.status != 200:
            sys.exit("the new version does not answer")


if __name__ == "__main__":
    main()
