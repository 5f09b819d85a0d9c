source(here::here("R", "model.R"))
model <- fit_model(add_features(readRDS("rows.rds")))
saveRDS(model, "model.rds")
