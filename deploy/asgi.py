"""The ASGI application: pages and API over HTTP, live updates over websockets."""

import os
import warnings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware
from django.core.asgi import get_asgi_application

# whitenoise streams files from a plain iterator, of which Django warns under ASGI at every first file; they are small.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

http = get_asgi_application()  # sets Django up, so what follows may import models

from api.live.routes import routes
from tenants.live import DealerFromHost, OwnPagesOnly

application = ProtocolTypeRouter(
    {"http": http, "websocket": OwnPagesOnly(DealerFromHost(CookieMiddleware(URLRouter(routes))))}
)
