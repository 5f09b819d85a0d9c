from dagster import AssetSelection, ScheduleDefinition, define_asset_job

training = define_asset_job("training", selection=AssetSelection.groups("model"))
daily = ScheduleDefinition(job=training, cron_schedule="0 6 * * *")
