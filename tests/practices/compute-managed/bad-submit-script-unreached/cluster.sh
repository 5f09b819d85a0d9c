#!/bin/bash
submit() {
  sbatch train.sbatch
}
