"""Which addresses there are. Each room brings its own list."""

from django.urls import URLPattern, URLResolver, include, path

from deploy import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.page, name="health"),
    path("api/", include("api.urls")),
    path("_allauth/", include("api.sign_in.urls")),
    path("", include("frontend.urls")),
]
handler404 = "deploy.failures.not_found"
handler500 = "api.problems.server_error"
