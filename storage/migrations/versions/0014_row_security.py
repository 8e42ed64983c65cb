"""Nothing of its own: `storage.protection` follows every upgrade, and stores at the revision before lack it."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    pass
