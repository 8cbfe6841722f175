"""Every setting that some code reads can be set: by a value of the chart, or it is named here with its reason."""

import pytest

from tests.helm.rendering import containers, of_kind, render, workloads
from tests.helm.test_services import _settings

# What keeps its default in a cluster; `extraEnv` of a service still sets it.
_NO_VALUE = {
    "for tests, and refused in production": ["CLOCK_FILE", "CRASH_DIR"],
    "logs are JSON where nobody looks at them": ["LOG_CONSOLE"],
    "the image has these folders, and nothing is kept in a pod": ["CONSOLE_DIR", "WIDGET_DIR", "DATA_DIR"],
    "the ingress leads to ingestion itself": ["INGESTION_HTTP"],
    "the pause before the end of a pod (preStop) does this": ["DRAIN_SECONDS"],
    "how a process works, measured; a replica more helps sooner": [
        "CONVERSATIONS_INBOUND_BATCH",
        "DELIVERY_ACCOUNT_CONCURRENCY",
        "DELIVERY_CONCURRENCY",
        "DELIVERY_POLL",
        "DELIVERY_PROFILE_CONCURRENCY",
        "PASSWORD_THREADS",
        "PASSWORD_WAITING",
        "REPLAY_EVENTS",
        "RING_BYTES",
        "RING_EVENTS",
        "SOCKET_PING_SECONDS",
        "SOCKET_STALL_SECONDS",
    ],
    "what platforms allow, or their patience, decides it": [
        "DELIVERY_TIMEOUT",
        "INGESTION_MAX_BODY",
        "INGESTION_PUBLISH_TIMEOUT",
        "NATS_DUPLICATE_WINDOW_SECONDS",
    ],
    "a bound against abuse that no honest caller meets": [
        "INGESTION_PARKED_ACCOUNT",
        "INGESTION_REFUSED_BODY",
        "INGESTION_REFUSED_TOTAL",
        "INGESTION_UNVERIFIED_TOTAL",
        "MAX_BODY_BYTES",
        "SOCKETS_PER_TEAMMATE",
        "SOCKETS_PER_TENANT",
        "WIDGET_NEWS_SECONDS",
        "WIDGET_WAITING",
        "WIDGET_WAITING_ADDRESS",
        "WIDGET_WAITING_PERSON",
    ],
    "how strong passwords are kept and links live is no operator's taste": [
        "INVITATION_DAYS",
        "PASSWORD_MEMORY_KIB",
        "PASSWORD_PARALLELISM",
        "PASSWORD_RESET_MINUTES",
        "PASSWORD_TIME_COST",
        "REFRESH_GRACE_SECONDS",
        "REFRESH_LOST_ANSWER_HOURS",
    ],
    "JetStream reserves what is named, so the server's own limits are better": [
        "NATS_DEAD_LETTERS_MAX_AGE_DAYS",
        "NATS_DEAD_LETTERS_MAX_BYTES",
        "NATS_EVENTS_MAX_BYTES",
        "NATS_INBOUND_BULK_MAX_BYTES",
        "NATS_INBOUND_LIVE_MAX_BYTES",
    ],
    "the simulator is for trials": ["SIMULATOR_JOURNAL", "SIMULATOR_LEDGER_LIMIT"],
}
_REASONS = {f"FRONTDESK_{name}": reason for reason, names in _NO_VALUE.items() for name in names}

_OTHERWISE_EMPTY = {
    "mail": {"domain": "answers.example.com", "existingSecret": "mail"},
    "smtp": {"existingSecret": "smtp"},
    "meta": {"existingSecret": "meta", "appId": "1", "signupConfigId": "2"},
    "tracing": {"otlpUrl": "http://collector:4317"},
    "platforms": dict.fromkeys(("lineApiUrl", "lineDataUrl", "graphUrl", "instagramUrl"), "http://x.example"),
    "simulator": {"enabled": True},
}


def _read() -> set[str]:
    return {f"FRONTDESK_{name.upper()}" for kind in _settings() for name in kind.model_fields}


def _given() -> set[str]:
    """What pods get when every value of the chart is used."""
    objects = render(_OTHERWISE_EMPTY)
    boxes = [box for workload in workloads(objects) for box in containers(workload)]
    configured = {name for config in of_kind(objects, "ConfigMap") for name in config["data"]}
    return configured | {variable["name"] for box in boxes for variable in box.get("env", [])}


def test_no_setting_is_forgotten() -> None:
    assert sorted(_read() - _given() - _REASONS.keys()) == []


def test_no_reason_outlives_its_setting() -> None:
    assert sorted(_REASONS.keys() - _read()) == []
    assert sorted(_REASONS.keys() & _given()) == []


@pytest.mark.parametrize(
    ("values", "service", "variable", "value"),
    [
        ({"ledger": {"days": 90}}, "ingestion", "FRONTDESK_LEDGER_DAYS", "90"),
        ({"mail": {"domain": "answers.shop.test"}}, "delivery", "FRONTDESK_MAIL_DOMAIN", "answers.shop.test"),
        ({"media": {"receivedBytes": 100_000_000}}, "delivery", "FRONTDESK_MEDIA_RECEIVED_BYTES", "100000000"),
        ({"rates": {"widgetForms": "3/hour"}}, "ingestion", "FRONTDESK_WIDGET_RATE_FORMS", "3/hour"),
        ({"sessions": {"idleDays": 0.5}}, "tenants", "FRONTDESK_SESSION_IDLE_DAYS", "0.5"),
    ],
    ids=["ledger", "domain", "bytes", "rate", "sessions"],
)
def test_values_reach_their_service_as_they_were_written(
    values: dict[str, object], service: str, variable: str, value: str
) -> None:
    found = [
        each
        for workload in workloads(render(values))
        if workload["metadata"]["labels"].get("frontdesk.dev/service") == service
        for each in containers(workload)[0]["env"]
        if each["name"] == variable
    ]
    assert found
    assert {each["value"] for each in found} == {value}


def test_the_secret_of_mails_is_a_reference() -> None:
    variables = [
        variable
        for workload in workloads(render({"mail": {"existingSecret": "from-the-mail-server"}}))
        for variable in containers(workload)[0].get("env", [])
        if variable["name"] == "FRONTDESK_MAIL_SECRET"
    ]
    assert variables
    for variable in variables:
        assert variable["valueFrom"]["secretKeyRef"] == {"name": "from-the-mail-server", "key": "secret"}
