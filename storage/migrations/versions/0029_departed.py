"""Nothing of its own: `storage.protection` follows every upgrade, and makes the view that tells who has removed us."""

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    pass
