"""The app of what people see: the console, the owners' pages and the simulator."""

from django.apps import AppConfig


class FrontendConfig(AppConfig):
    name = "frontend"
    label = "frontend"
