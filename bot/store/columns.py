"""What tables are made of: constraints with names, times that are aware and UTC, words, JSON and texts."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Enum, MetaData, Text, TypeDecorator
from sqlmodel import Field, SQLModel


class Table(SQLModel):
    """What every table shares: constraints have names, so that a migration can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite, which knows no zones, stores it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time; give the database UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def moment(*, index: bool = False, nullable: bool = True) -> Any:
    """Store a time."""
    return Field(default=None, sa_column=Column(UtcDateTime, nullable=nullable, index=index))


def word(words: type[StrEnum], default: StrEnum | None = None, *, index: bool = False) -> Any:
    """Store a word as text (never as a type of the database: a new word then needs no migration)."""
    kind = Enum(words, native_enum=False, length=40, values_callable=lambda some: [one.value for one in some])
    column: Column[Any] = Column(kind, nullable=False, index=index)
    return Field(sa_column=column) if default is None else Field(default=default, sa_column=column)


def json(default: type[dict[str, Any]] | type[list[Any]], *, nullable: bool = False) -> Any:
    """Store a dict or a list."""
    return Field(default_factory=default, sa_column=Column(JSON, nullable=nullable))


def text(default: str = "") -> Any:
    """Store a text of any length."""
    return Field(default=default, sa_column=Column(Text, nullable=False))
