"""Permissions on conversations: one table, used by the page and shown in `docs/security.md`.

>>> may(Role.READER, Action.READ), may(Role.READER, Action.ASK)
(True, False)
"""

from enum import Enum

from qa.conversations.history import ANYONE, Conversation


class Role(Enum):
    """The role of a visitor in a conversation."""

    OWNER = "owner"
    WRITER = "holder of a link shared for writing"
    READER = "holder of a link"
    STRANGER = "anyone else"


class Action(Enum):
    """An action on a conversation."""

    READ = "read"
    EXPORT = "export"
    ASK = "ask"
    EDIT = "edit, ask again, judge, stop"
    RENAME = "rename"
    DELETE = "delete, undo"
    SHARE = "share for writing"


_READING = frozenset({Action.READ, Action.EXPORT})
ALLOWED = {
    Role.OWNER: frozenset(Action),
    Role.WRITER: _READING | {Action.ASK, Action.EDIT, Action.RENAME},
    Role.READER: _READING,
    Role.STRANGER: frozenset[Action](),
}


def may(role: Role, action: Action) -> bool:
    """Tell whether a role permits an action."""
    return action in ALLOWED[role]


def role_in(conversation: Conversation, owner: str, signed_in: bool) -> Role:
    """Return the role of a visitor, given by owner name, in a conversation whose id is known.

    A link opens the conversation of a browser to other browsers; that of an account to no one else,
    and an account opens no one else's conversations.
    """
    if conversation.owner == owner:
        return Role.OWNER
    if signed_in or not conversation.owner.startswith(ANYONE):
        return Role.STRANGER
    return Role.WRITER if conversation.writable else Role.READER
