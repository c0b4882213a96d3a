"""What the OpenAPI schema must be told: our two ways in, and the shape of every failure."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

PROBLEM = {
    "type": "object",
    "description": "Why a call failed (RFC 9457).",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "For programs to compare."},
        "detail": {"type": "string", "description": "For people, in their language."},
        "specifics": {"type": "string", "description": "What the failed rule said."},
        "about": {
            "type": "object",
            "description": "What stands in the way, by its kind: its id.",
            "additionalProperties": {"type": "integer"},
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
FAILED = {
    "description": "The call failed.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself untyped
    target_class = "api.access.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ANN401  # the library's call
        """Describe the header of programs."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Api-Key, a space, and the secret.",
        }


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself untyped
    target_class = "api.access.Sessions"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:  # noqa: ANN401  # the library's call
        """Describe the cookie of people."""
        return {"type": "apiKey", "in": "cookie", "name": "aftercare_session"}


def with_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: ANN401  # the library's call
    """Give every operation the one shape of failure; a post-processing hook."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"].setdefault("default", FAILED)
    return result
