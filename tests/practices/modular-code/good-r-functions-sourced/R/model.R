add_features <- function(rows) {
  rows$tenure_years <- rows$tenure / 12
  rows
}

fit_model <- function(rows) {
  parsnip::fit(parsnip::logistic_reg(), churned ~ ., data = rows)
}
