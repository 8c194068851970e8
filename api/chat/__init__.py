"""The child's side: messages in, bubbles out; `bot.py` is the one caller of Rasa."""
