"""
The API of a naive backend of the same kind, as tutorials of FastAPI, SQLAlchemy and Celery teach it: each
step is an ORM statement of its own, and a Celery task makes the reply. It is written for speed where that
costs its author nothing: uvloop and httptools, pools, the quota counted in Redis, no read of rows that were
just written, no access log.

It keeps few of the product's promises:

- The task is sent after the commit, without an outbox: a crash between the two leaves a message without a
  reply. A worker takes its task off the queue before it works, so a killed worker loses the reply.
- No idempotency: a request that is sent again stores and answers the message twice.
- No fencing: a task that is sent twice stores two replies. No order: two messages of one room are answered
  at the same time.
- No stream and no stop. The text appears when it is complete, and a waiting client holds a thread.
- The token of a session that has ended stays valid until it expires. The unit of a message that fails is
  not given back.
- No requests per minute, no slots of a user, no cached list, no token counts, no time limit of a reply, no
  circuit breaker.
- No search, branches, billing, metrics, traces or request log, and no problem documents.
"""

import base64
import os
import re
from datetime import date
from typing import Optional
from uuid import UUID

import jwt
import redis
from celery.exceptions import TimeoutError
from fastapi import Depends, FastAPI, Header, HTTPException, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from database import Base, Chatroom, Message, SessionLocal, User, engine
from tasks import generate_reply

JWT_KEY = base64.b64decode(os.environ["JWT_KEY"])
# High enough that no run reaches them, as in the product's runs.
DAILY_LIMITS = {"basic": 1_000_000, "pro": 1_000_000}
DAY_SECONDS = 24 * 3600
MAX_WAIT_SECONDS = 25

Base.metadata.create_all(engine)
app = FastAPI()
bearer = HTTPBearer()
counters = redis.Redis.from_url(os.environ["REDIS_URL"])


class NewMessage(BaseModel):
    content: str = Field(min_length=1, max_length=32_000)


class MessageOut(BaseModel):
    id: int
    role: str
    content: str
    created_at: str


class Exchange(BaseModel):
    message: MessageOut
    reply: Optional[MessageOut]


def get_session():
    with SessionLocal() as session:
        yield session


def get_current_user(
    credentials: HTTPAuthorizationCredentials = Depends(bearer), session: Session = Depends(get_session)
) -> User:
    try:
        claims = jwt.decode(credentials.credentials, JWT_KEY, algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Invalid token")
    user = session.get(User, UUID(claims["sub"]))
    if user is None:
        raise HTTPException(401, "Unknown user")
    return user


def count_message(user: User) -> None:
    key = f"quota:{user.id}:{date.today()}"
    used = counters.incr(key)
    if used == 1:
        counters.expire(key, DAY_SECONDS)
    if used > DAILY_LIMITS[user.tier]:
        raise HTTPException(429, "The daily limit is reached")


def wait_seconds(prefer: str) -> int:
    found = re.search(r"\bwait=(\d+)", prefer)
    return min(int(found.group(1)), MAX_WAIT_SECONDS) if found else 0


@app.get("/health")
def health():
    return {"status": "ok"}


@app.post("/chatroom/{chatroom_id}/message", response_model=Exchange, status_code=201)
def send_message(
    chatroom_id: UUID,
    body: NewMessage,
    response: Response,
    prefer: str = Header(default=""),
    user: User = Depends(get_current_user),
    session: Session = Depends(get_session),
):
    room = session.scalars(
        select(Chatroom).where(Chatroom.id == chatroom_id, Chatroom.user_id == user.id)
    ).first()
    if room is None:
        raise HTTPException(404, "Chatroom not found")
    count_message(user)
    message = Message(chatroom_id=room.id, role="user", content=body.content)
    session.add(message)
    # The commit gives the connection back to the pool: waiting holds none.
    session.commit()
    task = generate_reply.delay(message.id)
    reply = None
    seconds = wait_seconds(prefer)
    if seconds > 0:
        try:
            reply = task.get(timeout=seconds)
        except TimeoutError:
            pass
    if reply is None:
        response.status_code = 202
    return {"message": message.as_json(), "reply": reply}
