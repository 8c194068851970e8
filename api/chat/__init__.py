"""The child's side: messages in, bubbles out, by the JSON API and by plain form pages; `bot.py` is the one caller of Rasa."""
