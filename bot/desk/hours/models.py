"""The tables of hours and holidays. Without a row of `desk_day`, those of profile.yml count."""

from datetime import date

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class DeskDay(Base):
    """The hours of a weekday (0 is Monday), each as "08:30-16:30"; none: closed."""

    __tablename__ = "desk_day"

    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    spans: Mapped[list[str]] = mapped_column(JSON, default=list)


class Holiday(Base):
    """A day on which nobody is there, besides those of profile.yml."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), default="")
