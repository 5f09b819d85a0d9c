for (file in list.files("R", full.names = TRUE)) source(file)
model <- fit_model(add_features(readRDS("rows.rds")))
saveRDS(model, "model.rds")
