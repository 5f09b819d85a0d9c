library(dplyr)

model <- readRDS("output/model.rds")
rows <- read.csv("customers.csv")
rows %>%
  mutate(score = predict(model, rows)) %>%
  write.csv("scores.csv")
