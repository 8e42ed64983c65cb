"""Names are kept, so that no message waits for Slack to say them."""

from datetime import timedelta

from storage.people import names, remember
from storage.tenant import Tenant
from tests.storage.acting import DEVON, START, TESS, Workspace


def test_names_are_kept_renewed_and_forgotten_when_they_are_old(workspace: Workspace) -> None:
    def keep(at_hour: int, **known: str) -> None:
        now = START + timedelta(hours=at_hour)
        workspace.store.run_sync(lambda c: remember(Tenant(c, "T1", now), known))

    def known_since(at_hour: int, team: str = "T1") -> dict[str, str]:
        after = START + timedelta(hours=at_hour)
        return workspace.store.read_sync(lambda c: names(Tenant(c, team, START), {TESS, DEVON, "UX"}, after))

    keep(0, UTESS="Tess", UDEVON="Devon")
    keep(2, UTESS="Tess Tester")
    assert known_since(0) == {TESS: "Tess Tester", DEVON: "Devon"}
    assert known_since(1) == {TESS: "Tess Tester"}
    assert known_since(0, "T2") == {}
