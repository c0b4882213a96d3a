"""The addresses of what people see."""

from django.urls import path, re_path
from django.views.i18n import set_language

from frontend.pages import console, simulator
from frontend.pages.owners import door

# What the console draws: every address that is nobody else's. One with a dot is a file that is not there.
CONSOLE = r"^(?!api/|static/|media/|_allauth/|live/|o/|health$|\.)(?P<path>[^.]*)$"

urlpatterns = [
    path("", console.page, name="home"),
    path("language/", set_language, name="language"),
    path("simulator/", simulator.page, name="simulator"),
    path("o/<str:token>/", door.page, name="owner"),
    path("o/<str:token>/visit.ics", door.calendar, name="owner-calendar"),
    re_path(CONSOLE, console.page, name="console"),
]
