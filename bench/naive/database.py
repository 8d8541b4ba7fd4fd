"""Tables and sessions of the naive backend."""

import os
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Column, DateTime, ForeignKey, Integer, String, Text, create_engine
from sqlalchemy.dialects.postgresql import UUID
from sqlalchemy.orm import declarative_base, sessionmaker

# One connection for each request that the benchmark has open at a time; the rest is reserve.
engine = create_engine(os.environ["DATABASE_URL"], pool_size=16, max_overflow=8)
# Objects keep their values after a commit, so that no answer reads its own rows again.
SessionLocal = sessionmaker(engine, expire_on_commit=False)
Base = declarative_base()


def uuid_key():
    return Column(UUID(as_uuid=True), primary_key=True, default=uuid4)


class User(Base):
    __tablename__ = "users"

    id = uuid_key()
    tier = Column(String(10), nullable=False, default="basic")


class Chatroom(Base):
    __tablename__ = "chatrooms"

    id = uuid_key()
    user_id = Column(ForeignKey("users.id"), nullable=False, index=True)
    name = Column(String(255), nullable=False)
    created_at = Column(DateTime, nullable=False, default=datetime.utcnow)


class Message(Base):
    __tablename__ = "messages"

    id = Column(Integer, primary_key=True)
    chatroom_id = Column(ForeignKey("chatrooms.id"), nullable=False, index=True)
    role = Column(String(10), nullable=False)
    content = Column(Text, nullable=False)
    created_at = Column(DateTime, nullable=False, default=datetime.utcnow)

    def as_json(self):
        return {
            "id": self.id,
            "role": self.role,
            "content": self.content,
            "created_at": self.created_at.isoformat(),
        }
