"""Telling people what concerns them: in the app, by mail at once or once a day. What happened, other apps say."""
