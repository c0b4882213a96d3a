"""The floors are held by import-linter; here each of its contracts is seen to catch what it is for."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

EMPTY_HOUSE = (
    "deploy/urls.py",
    "api/views.py",
    "frontend/views.py",
    "notifications/loop.py",
    "notifications/policy/rules.py",
    "notifications/flows/engine.py",
    "notifications/flows/definition.py",
    "core/events.py",
    "core/staffing/rules.py",
    "core/staffing/operations.py",
    "channels_app/contract.py",
    "tenants/scope.py",
    "tenants/roles.py",
    "tenants/backend/base.py",
)

PLANTED = {
    "core sends": ("floors", "core/events.py", "import notifications.loop"),
    "core knows a channel": ("floors", "core/events.py", "import channels_app.contract"),
    "tenants knows the domain": ("floors", "tenants/scope.py", "import core.events"),
    "notifications knows the API": ("floors", "notifications/loop.py", "import api.views"),
    "a page knows the API's inside": ("floors", "frontend/views.py", "import api.views"),
    "somebody imports deploy": ("floors", "api/views.py", "import deploy.urls"),
    "a rule asks Django": ("pure-rules", "core/staffing/rules.py", "import django.utils.timezone"),
    "a rule asks somebody who asks Django": ("pure-rules", "core/staffing/rules.py", "import core.staffing.operations"),
    "the policy asks Valkey": ("pure-rules", "notifications/policy/rules.py", "import redis"),
    "the engine asks Django": ("pure-rules", "notifications/flows/engine.py", "import django.conf"),
    "a channel sees a model": ("border-knows-no-domain", "channels_app/contract.py", "import django.db"),
    "an operation takes a role": ("one-switch", "core/staffing/operations.py", "import tenants.roles"),
    "a view changes the schema": ("one-switch", "api/views.py", "import tenants.backend.base"),
    "a channel sees the dealer": ("border-knows-no-domain", "channels_app/contract.py", "import tenants.scope"),
}


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_violation_breaks_its_contract(tmp_path: Path, contract: str, file: str, line: str) -> None:
    build(tmp_path)
    (tmp_path / file).write_text(f"{line}\n")

    verdict = lint(tmp_path, contract=contract)

    assert verdict.returncode == 1, verdict.stdout
    assert "0 kept, 1 broken" in verdict.stdout


def test_the_empty_house_keeps_every_contract(tmp_path: Path) -> None:
    build(tmp_path)

    verdict = lint(tmp_path)

    assert verdict.returncode == 0, verdict.stdout
    assert "0 broken" in verdict.stdout


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract["id"] for contract in CONTRACTS["contracts"]} == {row[0] for row in PLANTED.values()}


def build(folder: Path) -> None:
    for name in EMPTY_HOUSE:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("import django\n" if name == "core/staffing/operations.py" else "")
        for package in [parent for parent in file.relative_to(folder).parents if parent.parts]:
            (folder / package / "__init__.py").touch()
    (folder / ".importlinter").write_text(as_ini())


def as_ini() -> str:
    """Our contracts in import-linter's other notation, so that no TOML writer is needed."""
    lines = ["[importlinter]", *(f"{key} = {ini_value(CONTRACTS[key])}" for key in CONTRACTS if key != "contracts")]
    for contract in CONTRACTS["contracts"]:
        lines.append(f"[importlinter:contract:{contract['id']}]")
        lines += [f"{key} = {ini_value(value)}" for key, value in contract.items() if key != "id"]
    return "\n".join(lines)


def ini_value(value: object) -> str:
    return "\n    " + "\n    ".join(map(str, value)) if isinstance(value, list) else str(value)


def lint(folder: Path, *, contract: str = "") -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).parent / "lint-imports"),
        "--no-logo",
        "--no-cache",
        "--config",
        ".importlinter",
    ]
    command += ["--contract", contract] if contract else []
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
