"""The one settings file. What an operator may choose is read through env.py; everything else is decided here.

Without DATABASE_URL the house is "local": it uses the embedded servers, makes its own secret and serves static files
from where they lie. With it, a missing secret stops the start.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from deploy import env, logs
from deploy.embedded import places
from deploy.embedded.postgres import Postgres
from deploy.embedded.valkey import Valkey

# --- Where we are -----------------------------------------------------------------------------------------------------

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("AFTERCARE_VAR", default=BASE_DIR / "var")
EMBEDDED = places.main(VAR_DIR)
IS_LOCAL = env.flag("LOCAL", default=not env.text("DATABASE_URL"))
DEBUG = env.flag("DEBUG", default=False)

PORT = env.number("PORT", default=8000)
# The address that owners' links, webhooks and the dealers' hosts (north.<host>) are built from; never from a request.
PUBLIC_URL = env.text("PUBLIC_URL", default=f"http://localhost:{PORT}").rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
IS_HTTPS = PUBLIC_URL.startswith("https://")


def _local_secret() -> str:
    """Make a secret for this checkout once; nobody but its user may read it."""
    kept = VAR_DIR / "secret_key"
    if not kept.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        draft = VAR_DIR / f"secret_key.{secrets.token_hex(8)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(60))
        draft.replace(kept)  # two first starts at once: one secret wins for both from the next read on
    return kept.read_text().strip()


SECRET_KEY = (
    env.text("SECRET_KEY") or _local_secret()
    if IS_LOCAL
    else env.required(
        "SECRET_KEY", because="With DATABASE_URL set, sessions and signed links need a secret of their own."
    )
)

# --- What the house is made of ----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",  # without tables: its label is in neither list below
    "tenants",
    "tenants.accounts",
    "core",
    "notifications",
    "notifications.shared",
    "api",
    "frontend",
    "deploy",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "deploy.middleware.ContentSecurity",
    "deploy.middleware.NothingKept",
    "deploy.middleware.HealthBeforeDealer",
    "tenants.middleware.DealerFromHost",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "deploy.urls"
ASGI_APPLICATION = "deploy.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database ---------------------------------------------------------------------------------------------------------

DATABASE = env.database(env.text("DATABASE_URL", default=Postgres(EMBEDDED).url))
# A pool in web processes only (DB_POOL is its largest size): Celery's forks must not share one, and migrations over
# several processes hang with it.
DB_POOL = env.number("DB_POOL", default=0)
DATABASES = {
    "default": {
        **DATABASE,
        "ENGINE": "tenants.backend",
        # For workers only: under ASGI anything but 0 leaks connections, and the pool keeps them instead. It has an end,
        # because a connection that has seen hundreds of schemas keeps hundreds of megabytes of catalogue.
        "CONN_MAX_AGE": env.number("DB_KEEP_SECONDS", default=0),
        "CONN_HEALTH_CHECKS": True,  # a restarted PostgreSQL must not cost a request or a task
        "OPTIONS": {
            **DATABASE["OPTIONS"],
            **({"pool": {"min_size": 1, "max_size": DB_POOL, "timeout": 5}} if DB_POOL else {}),
        },
    }
}
DATABASE_ROUTERS = ["tenants.router.ScopeRouter"]

# --- Dealers ----------------------------------------------------------------------------------------------------------

# In whose schemas an app's tables stand, by label; those of both lists stand in both.
SIGN_IN_APPS = ("sessions", "accounts", "account", "mfa", "usersessions")
PUBLIC_APPS = ("contenttypes", "auth", *SIGN_IN_APPS, "tenants", "shared", "api")
DEALER_APPS = (*SIGN_IN_APPS, "core", "notifications", "api")
# Called in the scope of a dealer just opened, within its transaction: `hook(*, now)` seeds defaults.
DEALER_HOOKS: tuple[str, ...] = ("core.defaults.seed", "notifications.canned.operations.seed")
# Hosts that lead to no dealer: the manufacturers' console, webhooks. All others must be a dealer's.
PUBLIC_HOSTS = (PUBLIC_HOST, "localhost", "127.0.0.1", "[::1]", *env.words("PUBLIC_HOSTS"))

# --- Cache, live messages, jobs ---------------------------------------------------------------------------------------

VALKEY_URL = env.text("VALKEY_URL", default=Valkey(EMBEDDED).url)
BROKER_URL = env.text("BROKER_URL", default=env.broker_of(VALKEY_URL))
# Publish/subscribe does not know Valkey's database numbers, so two houses on one server are told apart by this word.
LIVE_PREFIX = env.text("LIVE_PREFIX", default="aftercare")

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": VALKEY_URL,
        "KEY_FUNCTION": "tenants.caching.make_key",
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [VALKEY_URL], "prefix": LIVE_PREFIX},
    }
}

CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True  # results live in PostgreSQL, where the work is
CELERY_TASK_DEFAULT_QUEUE = "plan"
# Which queue a task waits in, by its name; what is not named here waits in "plan".
CELERY_TASK_ROUTES = {
    "notifications.work_dealer": {"queue": "send"},
    "notifications.outbox.*": {"queue": "send"},
    "notifications.shared.*": {"queue": "send"},
    "notifications.inbound.*": {"queue": "inbound"},
    # Not among the answers: a provider takes its time over a film.
    "notifications.attachments.*": {"queue": "report"},
    "core.kpis.*": {"queue": "report"},
    "core.customers.*": {"queue": "report"},
    "core.repair_orders.*": {"queue": "report"},
    "tenants.accounts.*": {"queue": "send"},
}
CELERY_TASK_ACKS_LATE = True  # every task is safe to run twice; losing one is worse
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 3.0  # `make run` stops within ten seconds
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "deploy.schedule:SeenScheduler"
CELERY_DB_REUSE_MAX = 1000  # without it Celery opens a connection a task; see deploy.celery.check_connections

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# The first only asks whether too many wrong passwords came; who may come in is decided by our own.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "tenants.accounts.backends.ScopedBackend"]
LOGIN_URL = "/sign-in"  # a screen of the console
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_ENGINE = "tenants.accounts.session_engine"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "aftercare_session"
PASSWORD_RESET_TIMEOUT = 2 * 3600
# Secrets before the present one: sessions, links and sealed secrets made with them stay good.
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
# Whoever stands behind a proxy is told by its one entry; without one, the header is the caller's own invention.
PROXIES = 1 if env.flag("BEHIND_PROXY", default=False) else 0

# Hosts that dealers' channel accounts may call beside the providers' own: a proxy, a bot server, a mail server inside.
PROVIDER_HOSTS = env.words("PROVIDER_HOSTS", default=())

# Wrong passwords: tenants/accounts/lockouts.py counts them in the cache and says how many are too many.
AXES_HANDLER = "tenants.accounts.lockouts.Lockouts"
AXES_LOCKOUT_CALLABLE = "api.sign_in.locked.respond"
AXES_CLIENT_IP_CALLABLE = "tenants.addresses.client_address"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # whoever goes on trying does not wait longer
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# Sign-in, second factors and sessions: of allauth only the parts named in api/sign_in/urls.py answer.
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
ACCOUNT_ADAPTER = "api.sign_in.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; allauth checks that the two settings fit
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "tenants.accounts.models.shown_name"
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation's link has proved the address
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "tenants.accounts.links.ResetTokens"  # noqa: S105  # a class's name
# Passwords are counted by lockouts; here only codes of second factors, by person. False would end all limits.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/15m/key", "reset_password": "20/m/ip,5/h/key"}
MFA_ADAPTER = "api.sign_in.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
USERSESSIONS_ADAPTER = "api.sign_in.adapters.OpenSessions"
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# Mails to people who sign in: invitations, other passwords, what changed about their sign-in.
EMAIL_URL = (
    env.text("EMAIL_URL", default=f"file://{VAR_DIR / 'mail'}")
    if IS_LOCAL
    else env.required("EMAIL_URL", because="Without mails nobody can be invited or set another password.")
)
globals().update(env.mail(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", default=f"aftercare@{PUBLIC_HOST}")

# --- Borders ----------------------------------------------------------------------------------------------------------

ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", default=(PUBLIC_HOST, f".{PUBLIC_HOST}", "127.0.0.1", "[::1]"))
# A page changes things at its own host alone: two dealers' hosts are one site to a browser, and none trusts the other.
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", default=())
CSRF_FAILURE_VIEW = "deploy.failures.token_missing"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS and not DEBUG
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = IS_HTTPS and not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^health$"]  # the load balancer asks inside, in the clear
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

# --- The API ----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK: dict[str, object] = {
    # The key first: it names a scheme, so that nobody signed in gets 401 and not 403.
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.access.KeyAuthentication", "api.access.Sessions"],
    "DEFAULT_PERMISSION_CLASSES": ["api.access.MayAct"],
    "DEFAULT_THROTTLE_CLASSES": ["api.access.CallerThrottle"],
    # Calls a minute of one person or key. Scarcer where something is sent or booked: a slip of a program costs money.
    "DEFAULT_THROTTLE_RATES": {
        "calls": "600/min",
        "sends": "60/min",
        "bookings": "60/min",
        "imports": "10/min",
        "uploads": "60/min",
        "exports": "6/min",
        # Opening, changing and trying senders: each asks a provider or costs a message.
        "channels": "20/min",
        "sign_in": "20/min",
    },
    "DEFAULT_FILTER_BACKENDS": ["api.filtering.Backend"],
    "DEFAULT_PAGINATION_CLASS": "api.paging.NewestFirst",
    "DEFAULT_PARSER_CLASSES": ["api.reading.Json"],
    "NUM_PROXIES": PROXIES,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_VERSIONING_CLASS": None,
    "DEFAULT_METADATA_CLASS": None,  # the description says what OPTIONS would, and better
    "EXCEPTION_HANDLER": "api.problems.handle",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS: dict[str, object] = {
    "TITLE": "Aftercare",
    "DESCRIPTION": "Customer care for car dealers and their manufacturer.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "api.schema.with_problems"],
    "COMPONENT_SPLIT_REQUEST": True,
    # Several resources have a "kind"; these would be named after a digest of their values.
    "ENUM_NAME_OVERRIDES": {
        "CustomerKind": "core.customers.models.Customer.Kind",
        "HouseholdKind": "core.customers.models.Household.Kind",
        "DocumentKind": "core.documents.models.Document.Kind",
        "TouchKind": "core.touches.models.Touch.Kind",
        "FollowUpState": "core.followups.models.FollowUp.State",
        "MergeSuggestionState": "core.customers.models.MergeSuggestion.State",
        "SuppressionSource": "notifications.policy.models.Suppression.Source",
        "FollowUpKind": "core.followups.models.FollowUp.Kind",
        "ContactPointKind": "core.customers.models.ContactPoint.Kind",
        "ConsentSource": "core.customers.models.Consent.Source",
        "FieldChangeSource": "core.customers.models.FieldChange.Source",
        "ComplaintAction": "core.complaints.rules.Action",
        "AppointmentState": "core.appointments.models.Appointment.State",
        "ImportState": "core.repair_orders.models.ImportRun.State",
        "ImportStage": "core.repair_orders.models.ImportRun.Stage",
        "ImportRowState": "core.repair_orders.models.ImportRow.State",
        "ImportStep": "core.repair_orders.imports.steps.Step",
        "ImportRowStep": "core.repair_orders.imports.steps.RowStep",
        "TaskKind": "core.tasks.models.Task.Kind",
        "TaskStep": "api.work.STEPS",
        "TaskState": "core.tasks.models.Task.State",
        "RepairOrderKind": "core.repair_orders.models.RepairOrder.Kind",
        "MessageState": "notifications.outbox.models.Message.State",
        "MessageDirection": "notifications.outbox.models.Message.Direction",
        "DueState": "notifications.due.models.Due.State",
        "SurveyState": "core.followups.models.Survey.State",
        "DialogueStatus": "notifications.flows.models.FlowRun.Status",
        "ConversationMode": "notifications.conversations.models.Conversation.Mode",
        "ConversationVerb": "notifications.conversations.rules.Verb",
    },
    "SWAGGER_UI_DIST": "SIDECAR",  # nothing is fetched from elsewhere
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Languages and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", "简体中文"), ("es", "Español"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "frontend" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a folder that is not there
# Where `make setup` puts the console; its names carry a hash of what is inside, so browsers keep them for good.
CONSOLE = BASE_DIR / "frontend" / "console" / "dist"
STATICFILES_DIRS = [("console", CONSOLE)] if CONSOLE.is_dir() else []
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/console/assets/"
# In a checkout files are served from where they lie; a release collects them once (`manage.py collectstatic`).
WHITENOISE_USE_FINDERS = IS_LOCAL
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Owners' documents. Read through us only: no address of the storage is ever handed out.
    "documents": env.storage(env.text("MEDIA_URL"), folder=MEDIA_ROOT),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Longer than a scanned contract, shorter than what a worker's memory would notice.
DOCUMENT_MOST_BYTES = env.number("DOCUMENT_MOST_MB", default=20) * 1024 * 1024

# --- Logs -------------------------------------------------------------------------------------------------------------

LOGGING = logs.configuration(as_json=env.text("LOG_FORMAT") == "json", level=env.text("LOG_LEVEL", default="INFO"))
logs.configure()
