"""Celery: it wakes workers and beats time. No task carries data, no broker keeps any (docs/decisions/0003)."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from core.runtime.broker import celery_broker_settings

app = Celery("openkasa")
app.conf.update(
    **celery_broker_settings(),
    task_ignore_result=True,
    task_acks_late=True,
    task_time_limit=3600,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    accept_content=["json"],
    timezone="UTC",
    beat_schedule={
        "run_jobs": {"task": "core.run_jobs", "schedule": 5.0, "options": {"expires": 5}},
        "post_receipts": {"task": "pos.post_receipts", "schedule": 5.0, "options": {"expires": 5}},
        "load_scales": {"task": "exchange.load_scales", "schedule": 5.0, "options": {"expires": 5}},
        "refresh_keys": {"task": "pos.refresh_keys", "schedule": crontab(minute="10")},
        "refresh_tills": {"task": "inventory.refresh_tills", "schedule": crontab(minute="*/15")},
        "prune": {"task": "core.prune", "schedule": crontab(hour="3", minute="30")},
    },
)
app.autodiscover_tasks(["core", "inventory", "pos", "exchange", "backoffice"])
