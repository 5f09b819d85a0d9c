rows <- readRDS("customers.rds")
kept <- lm(spent ~ months, data = rows)
rows$expected <- predict(kept, rows)
plot(rows$spent, rows$expected)
