from dagster import AssetSelection, define_asset_job

training = define_asset_job("training", selection=AssetSelection.groups("model"))
