from sqlalchemy import insert, select

from catalogue.models import PlaceName


def test_reading_leaves_no_transaction_open_and_writing_is_one(database):
    with database.read() as session:
        session.scalars(select(PlaceName.name)).all()
        assert not in_transaction(session)
    with database.write() as session:
        session.execute(insert(PlaceName).values(name="fes", sound="fs", place_id="MA/fes"))
        assert in_transaction(session)
        with database.read() as other:
            assert other.scalars(select(PlaceName.name)).all() == []
    with database.read() as session:
        assert session.scalars(select(PlaceName.name)).all() == ["fes"]


def test_what_a_reader_changes_is_not_written(database):
    with database.write() as session:
        session.add(PlaceName(name="fes", sound="fs", place_id="MA/fes"))
    with database.read() as session:
        session.scalars(select(PlaceName)).one().name = "fez"
        session.scalars(select(PlaceName)).one()
    with database.read() as session:
        assert session.scalars(select(PlaceName.name)).all() == ["fes"]


def in_transaction(session):
    driver = session.connection().connection.dbapi_connection
    return (
        driver.in_transaction
        if hasattr(driver, "in_transaction")
        else driver.info.transaction_status != 0
    )
