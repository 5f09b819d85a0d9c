resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-04-01' = {
  name: 'churn'
  location: 'westeurope'
}
