import unittest

from churn.features import tenure_years


class TenureTest(unittest.TestCase):
    def test_years(self):
        self.assertEqual(tenure_years(24), 2)
