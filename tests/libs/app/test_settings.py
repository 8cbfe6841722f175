"""Configuration from FRONTDESK_* variables: what is wrong is named."""

import json
from pathlib import Path

import pytest

from libs.app.runtime import Runtime
from libs.app.settings import CommonSettings, SettingsError, load
from libs.auth.identity import Identity


class _Settings(CommonSettings):
    batch: int = 200
    ratio: float = 0.5


def test_variables_become_settings_and_others_are_nobodys_business() -> None:
    settings = load(_Settings, {"FRONTDESK_BATCH": "7", "FRONTDESK_UNKNOWN": "x", "BATCH": "9", "FRONTDESK_RATIO": ""})
    assert (settings.batch, settings.ratio, settings.log_level) == (7, 0.5, "info")


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(SettingsError) as error:
        load(_Settings, {"FRONTDESK_BATCH": "many", "FRONTDESK_RATIO": "half"})
    assert "FRONTDESK_BATCH: " in str(error.value)
    assert "FRONTDESK_RATIO: " in str(error.value)


def test_a_service_has_its_own_login_or_the_common_one() -> None:
    runtime = Runtime(
        {"FRONTDESK_DATABASE_URL": "postgresql://all", "FRONTDESK_TENANTS_DATABASE_URL": "postgresql://t"}
    )
    assert runtime.database_url("tenants") == "postgresql://t"
    assert runtime.database_url("delivery") == "postgresql://all"


@pytest.mark.parametrize(
    ("ask", "variable"),
    [
        (lambda runtime: runtime.database_url("tenants"), "FRONTDESK_DATABASE_URL"),
        (lambda runtime: runtime.identity("tenants"), "FRONTDESK_IDENTITY_KEY_TENANTS"),
        (lambda runtime: runtime.verifier("tenants"), "FRONTDESK_IDENTITY_KEYS"),
    ],
)
def test_what_is_missing_is_named(ask: object, variable: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        ask(Runtime({}))  # type: ignore[operator]


def test_addresses_have_defaults() -> None:
    runtime = Runtime({"FRONTDESK_TENANTS_ADDRESS": "tenants:1", "FRONTDESK_TENANTS_LISTEN": "0.0.0.0:1"})
    assert (runtime.address("tenants"), runtime.listen("tenants")) == ("tenants:1", "0.0.0.0:1")
    assert runtime.address("conversations") == runtime.listen("conversations") == "127.0.0.1:9102"


def test_keys_are_read_from_files_or_the_variable_itself(tmp_path: Path) -> None:
    identity = Identity.generate("tenants")
    key, keys = tmp_path / "key.pem", tmp_path / "keys.json"
    key.write_text(identity.private_pem())
    keys.write_text(json.dumps({"tenants": identity.public_pem()}))
    for given in (str(key), identity.private_pem()):
        runtime = Runtime({"FRONTDESK_IDENTITY_KEY_TENANTS": given, "FRONTDESK_IDENTITY_KEYS": str(keys)})
        token = runtime.issuer("tenants").issue("delivery")
        assert runtime.verifier("delivery").verify(token).service == "tenants"


@pytest.mark.parametrize("name", ["FRONTDESK_CLOCK_FILE", "FRONTDESK_CRASH_DIR"])
def test_production_takes_nothing_that_is_for_tests(name: str) -> None:
    assert load(CommonSettings, {name: "somewhere"})
    with pytest.raises(SettingsError, match=rf"^{name} is for tests"):
        load(CommonSettings, {name: "somewhere", "FRONTDESK_ENVIRONMENT": "production"})
