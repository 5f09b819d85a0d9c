import os
import subprocess

image = f"{os.environ['IMAGE']}:{os.environ['VERSION']}"
build = ["docker", "build", "--target", "serve", "--tag", image, "."]
subprocess.run(build, check=True)
subprocess.run(["docker", "push", image], check=True)
