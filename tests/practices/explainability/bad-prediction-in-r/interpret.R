model <- lightgbm::lgb.load("output/model.txt")
rows <- as.matrix(read.csv("customers.csv"))
shares <- predict(
  model,
  newdata = rows,
  type = "response"
)
write.csv(shares, "output/shares.csv")
