"""Loads the Celery application, so that shared tasks know it in every process."""

from deploy.celery import app as celery_app

__all__ = ["celery_app"]
