"""The table of the service's own prepared answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, now


class PreparedAnswer(Base):
    """A prepared answer of the service's own, or what it says in place of one that comes with us.

    `texts` by language; one that is missing is warned of. One without any text stands for a
    prepared answer of ours that is not wanted. `changed_by` is an account.
    """

    __tablename__ = "prepared_answer"

    key: Mapped[str] = mapped_column(String(48), primary_key=True)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_by: Mapped[str] = mapped_column(String(32))
    changed_at: Mapped[datetime] = mapped_column(default=now)
