import pytest

from bot.slack.proxy import proxy_for


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("url", ["https://slack.com/api/", "wss://wss-primary.slack.com/link"])
def test_requests_and_sockets_take_the_proxy_for_https(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    assert proxy_for(url) == "http://proxy:3128"


def test_one_proxy_for_everything_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy:3128")
    assert proxy_for("https://slack.com/api/") == "http://proxy:3128"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8765/api/", "ws://localhost:1/", "http://[::1]:80/", "https://chat.corp.example/"]
)
def test_this_machine_and_the_excepted_hosts_are_reached_directly(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:3128")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", ".corp.example")
    assert proxy_for(url) is None


def test_without_a_proxy_in_the_environment_there_is_none() -> None:
    assert proxy_for("https://slack.com/api/") is None
