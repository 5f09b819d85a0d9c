import subprocess

from .cloud import app, image


def launch(command: str, folder: str) -> None:
    if code := subprocess.call(command.split(), cwd=folder):
        raise SystemExit(code)


@app.function(image=image, gpu="a100:2")
def train(folder: str) -> None:
    command = f"accelerate launch --num_processes {2} -m axolotl.cli.train ./config.yml"
    launch(command, folder)


@app.local_entrypoint()
def main(config: str) -> None:
    train.remote(config)
