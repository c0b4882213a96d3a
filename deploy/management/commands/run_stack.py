"""`make run`."""

from django.core.management.base import BaseCommand, CommandError

from deploy.running import house, ports, supervisor


class Command(BaseCommand):
    """Runs web, worker, beat and the demo together."""

    help = "Run the whole house on this machine until Ctrl-C. PORT, HOST and DEMO choose how."
    requires_system_checks = ()

    def handle(self, **_options: object) -> None:
        try:
            house.run()
        except (house.RunningAlready, ports.PortTaken, supervisor.KeepsFalling) as error:
            raise CommandError(str(error)) from error
