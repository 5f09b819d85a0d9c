from fastapi import FastAPI, UploadFile

from cam import GradCam, load

app = FastAPI()
cam = GradCam(load())


@app.post("/explain")
def explain(image: UploadFile) -> list[list[float]]:
    return cam.heatmap(image.file)
