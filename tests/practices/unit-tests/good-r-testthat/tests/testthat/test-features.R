test_that("tenure is in years", {
  expect_equal(tenure_years(12), 1)
})
