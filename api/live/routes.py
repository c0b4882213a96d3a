"""The websocket addresses."""

from django.urls import path

from api.live.consumers import Line

routes = [path("live/", Line.as_asgi())]
