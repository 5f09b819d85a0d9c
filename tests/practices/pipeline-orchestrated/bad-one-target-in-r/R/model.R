train_model <- function(rows) {
  ranger::ranger(churned ~ months, data = rows)
}

evaluate_model <- function(model, rows) {
  yardstick::roc_auc(rows, truth = churned, estimate = predict(model, rows)$predictions)
}
