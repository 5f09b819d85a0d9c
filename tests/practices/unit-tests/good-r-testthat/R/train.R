model <- glm(churned ~ months, family = binomial, data = read.csv("customers.csv"))
saveRDS(model, "model.rds")
