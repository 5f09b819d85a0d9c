library(targets)

tar_source()

list(
  # tar_target(customers, read.csv("customers.csv")),
  tar_target(model, train_model(read.csv("customers.csv")))
)
