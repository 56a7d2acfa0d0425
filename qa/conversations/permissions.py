"""Who may do what with a conversation: one table, which the page asks and `docs/security.md` shows.

>>> may(Role.READER, Action.READ), may(Role.READER, Action.ASK)
(True, False)
"""

from enum import Enum

from qa.conversations.history import ANYONE, Conversation


class Role(Enum):
    """What somebody is to a conversation."""

    OWNER = "owner"
    WRITER = "holder of a link shared for writing"
    READER = "holder of a link"
    STRANGER = "anyone else"


class Action(Enum):
    """What can be done with a conversation."""

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
    """Tell whether a role may do something."""
    return action in ALLOWED[role]


def role_in(conversation: Conversation, owner: str, signed_in: bool) -> Role:
    """Return what somebody, by the owner that he is himself, is to a conversation he can name.

    A link opens the conversation of a browser for other browsers; that of an account for nobody
    else, and for an account those of nobody else.
    """
    if conversation.owner == owner:
        return Role.OWNER
    if signed_in or not conversation.owner.startswith(ANYONE):
        return Role.STRANGER
    return Role.WRITER if conversation.writable else Role.READER
