"""Run and check the CI files of generated projects on this machine, without a forge, Docker or network."""
