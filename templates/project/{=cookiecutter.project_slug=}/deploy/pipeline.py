"""Publish this commit's training pipeline, so that scheduled training runs what was tested.

pipeline.py --target local     a bundle beside the earlier ones, and the pointer to it moved
pipeline.py --target image     the training image, pushed under its version
"""

import argparse
import hashlib
import json
import os
import subprocess
import tarfile
from pathlib import Path

HOME = Path("pipelines")
PARTS = ["Makefile", "dvc.yaml", "params.yaml", "pyproject.toml", "requirements.lock", "src"]


def check() -> None:
    """Refuse a pipeline whose steps do not fit together."""
    subprocess.run(["dvc", "stage", "list"], check=True)
    subprocess.run(["dvc", "dag"], check=True, stdout=subprocess.DEVNULL)


def publish_bundle(version: str) -> Path:
    """Pack the pipeline and make it the current one."""
    HOME.mkdir(exist_ok=True)
    bundle = HOME / f"{version}.tar.gz"
    with tarfile.open(bundle, "w:gz") as archive:
        for part in PARTS:
            archive.add(part, filter=lambda item: None if "__pycache__" in item.name else item)
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
    pointer = {"version": version, "bundle": bundle.name, "sha256": digest}
    (HOME / "current.json").write_text(json.dumps(pointer, indent=2) + "\n", encoding="utf-8")
    return bundle


def publish_image(version: str) -> str:
    """Build and push the training image."""
    image = f"{os.environ['IMAGE']}-train:{version}"
    build = ["docker", "build", "--target", "train", "--build-arg", f"VERSION={version}", "--tag", image, "."]
    subprocess.run(build, check=True)
    subprocess.run(["docker", "push", image], check=True)
    return image


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Publish the training pipeline.")
    parser.add_argument("--target", choices=["image", "local"], default="local")
    parser.add_argument("--version", required=True)
    given = parser.parse_args()
    check()
    place = publish_image(given.version) if given.target == "image" else publish_bundle(given.version)
    print(f"pipeline {given.version} published: {place}")


if __name__ == "__main__":
    main()
