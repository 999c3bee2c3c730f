"""The store over SQLAlchemy: SQLite or PostgreSQL."""
