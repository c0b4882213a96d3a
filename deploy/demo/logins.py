"""Who can sign in to the demo, for the first page that `make run` prints."""

from deploy.demo.dealers import PASSWORD, PEOPLE


def lines() -> list[str]:
    """Return one line a user, by dealer, and what is different here from a real dealer."""
    return [
        "invented users, all with the password " + PASSWORD + ":",
        *(
            f"  {place:<6} {email:<26} {role.label}"
            for place, people in PEOPLE.items()
            for role, _name, email in people
        ),
        "invented owners answer about 40 % of the messages.",
        "the demo's manufacturer publishes a contact policy without quiet hours and rest days, so that",
        "messages flow whenever you look; the policy as shipped keeps 21:00 to 09:00 and holidays.",
    ]
