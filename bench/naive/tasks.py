"""The Celery worker of the naive backend: makes and stores one reply a task."""

import json
import os

import requests
from celery import Celery
from celery.signals import worker_process_init
from sqlalchemy import select

from database import Message, SessionLocal, engine

MODEL_URL = (
    f"{os.environ['GEMINI_BASE_URL']}/v1beta/models/gemini-flash-latest:streamGenerateContent?alt=sse"
)
# As in the product.
MAX_HISTORY = 200

app = Celery("tasks", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])
app.conf.result_expires = 3600

# One session a process: connections to the model are used again.
model = requests.Session()
model.headers["x-goog-api-key"] = os.environ["GEMINI_API_KEY"]


@worker_process_init.connect
def after_fork(**_):
    # Connections must not be shared between processes.
    engine.dispose()


@app.task(autoretry_for=(requests.RequestException,), retry_backoff=True, max_retries=3)
def generate_reply(message_id):
    with SessionLocal() as session:
        message = session.get(Message, message_id)
        newest = session.scalars(
            select(Message)
            .where(Message.chatroom_id == message.chatroom_id)
            .order_by(Message.id.desc())
            .limit(MAX_HISTORY)
        ).all()
        text = ask_model(reversed(newest))
        reply = Message(chatroom_id=message.chatroom_id, role="model", content=text)
        session.add(reply)
        session.commit()
        return reply.as_json()


def ask_model(history):
    contents = [{"role": message.role, "parts": [{"text": message.content}]} for message in history]
    with model.post(MODEL_URL, json={"contents": contents}, stream=True, timeout=60) as response:
        response.raise_for_status()
        return "".join(text_of(line) for line in response.iter_lines() if line.startswith(b"data: "))


def text_of(line):
    chunk = json.loads(line[len(b"data: ") :])
    parts = chunk["candidates"][0].get("content", {}).get("parts", [])
    return "".join(part.get("text", "") for part in parts)
