files <- list.files("data", full.names = TRUE)
model <- parsnip::fit(parsnip::logistic_reg(), churned ~ ., data = readRDS(files[[1]]))
saveRDS(model, "model.rds")
