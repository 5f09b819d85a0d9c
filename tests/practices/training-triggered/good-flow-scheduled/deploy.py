from flows import training
from prefect.deployments import Deployment
from prefect.server.schemas.schedules import CronSchedule

daily = Deployment.build_from_flow(flow=training, name="training", schedule=CronSchedule(cron="0 6 * * *"))

if __name__ == "__main__":
    daily.apply()
