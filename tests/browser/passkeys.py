"""A passkey in the browser: Chromium's own virtual authenticator, and one key of a person on it."""

from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page

INSIDE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# As the account's screen does it: confirm, ask for a new key, make it, hand it in.
ADD = """async (password) => {
    const root = "/_allauth/browser/v1";
    const token = document.cookie.split("; ").find((pair) => pair.startsWith("csrftoken=")).slice(10);
    const send = (path, body) => fetch(root + path, {
        method: "POST",
        headers: {"Content-Type": "application/json", "X-CSRFToken": token},
        body: JSON.stringify(body),
    });
    await send("/auth/reauthenticate", {password});
    const asked = await (await fetch(root + "/account/authenticators/webauthn?passwordless")).json();
    const options = PublicKeyCredential.parseCreationOptionsFromJSON(asked.data.creation_options.publicKey);
    const made = await navigator.credentials.create({publicKey: options});
    const added = await send("/account/authenticators/webauthn", {name: "phone", credential: made.toJSON()});
    return added.status;
}"""


@dataclass(frozen=True)
class Authenticator:
    """What Chromium plugs into one window."""

    session: CDPSession
    number: str

    def copy_to(self, other: "Authenticator") -> None:
        """Give another window's authenticator the same keys."""
        asked = {"authenticatorId": self.number}
        for key in self.session.send("WebAuthn.getCredentials", asked)["credentials"]:
            other.session.send("WebAuthn.addCredential", {"authenticatorId": other.number, "credential": key})


def plug_in(page: Page) -> Authenticator:
    """Give the window an authenticator that answers at once; it stays for the life of the window."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": INSIDE})
    return Authenticator(session, str(made["authenticatorId"]))


def add(page: Page, *, password: str) -> None:
    """Make a passkey for whoever is signed in on the page."""
    assert page.evaluate(ADD, password) == 200
