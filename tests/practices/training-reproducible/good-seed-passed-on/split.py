def split(frame, seed):
    part = frame.sample(frac=0.8, weights=None, axis=0)
    return part, frame.drop(part.index)
