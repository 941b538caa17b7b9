"""The configuration is typed and loud."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhize.project import config, database


def test_nothing_set_gives_the_defaults() -> None:
    found = config.read({})
    assert (found.host, found.port, found.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")


def test_values_are_read_by_their_type() -> None:
    found = config.read(
        {"ZHIZE_PORT": "9000", "ZHIZE_DEBUG": "true", "ZHIZE_DATA_DIR": "/srv/zhize", "PATH": "/bin"}
    )
    assert (found.port, found.debug, found.data_dir) == (9000, True, Path("/srv/zhize"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ZHIZE_PORT", "eight"),
        ("ZHIZE_DEBUG", "perhaps"),
        ("ZHIZE_LANGUAGE", "fr"),
        ("ZHIZE_LOG_LEVEL", "LOUD"),
        ("ZHIZE_PROT", "8000"),
        ("ZHIZE_PORT", "²"),
        ("ZHIZE_PORT", "70000"),
        ("ZHIZE_TIMEZONE", "Asia/Peking"),
        ("ZHIZE_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
        ("ZHIZE_API_REQUESTS_PER_MINUTE", "0"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name(name: str, value: str) -> None:
    with pytest.raises(config.ConfigError, match=name):
        config.read({name: value})


def test_a_server_s_address_is_taken_apart() -> None:
    found = database.connection_settings(
        config.read({"ZHIZE_DATABASE_URL": "postgresql://me:p%40ss@db.example:6432/zhize?sslmode=require"})
    )
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "6432", "zhize")
    assert (found["USER"], found["PASSWORD"]) == ("me", "p@ss")
    assert found["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize("address", ["mysql://localhost/zhize", "postgresql://localhost", "zhize"])
def test_another_address_is_refused(address: str) -> None:
    with pytest.raises(config.ConfigError, match="ZHIZE_DATABASE_URL"):
        database.connection_settings(config.read({"ZHIZE_DATABASE_URL": address}))
