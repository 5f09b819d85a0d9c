# predict(readRDS("output/model.rds"), rows)
rows <- read.csv("customers.csv")
rows$score <- 0.5
write.csv(rows, "scores.csv")
