import modal

image = modal.Image.from_registry("acme/axolotl:2024.7").entrypoint([])
app = modal.App("finetune")
