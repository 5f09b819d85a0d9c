from flows import report, training
from prefect.deployments import Deployment
from prefect.server.schemas.schedules import CronSchedule

by_hand = Deployment.build_from_flow(flow=training, name="training")
daily = Deployment.build_from_flow(flow=report, name="report", schedule=CronSchedule(cron="0 6 * * *"))

if __name__ == "__main__":
    by_hand.apply()
    daily.apply()
