"""Common verbs in all their forms: in a question they say little of what it is about."""

import re

from index.words import stem

_BASES = """
accept achieve act add affect agree aim allow amount announce answer appear apply approve argue
arrange arrive ask assume attend avoid be become begin believe belong bring build buy call carry
cause change charge check choose claim come compare complete concern confirm consider consist
contain continue contribute control cost count cover create cut deal decide define deliver depend
describe design determine develop die differ discuss do drive drop employ enable encourage end
ensure enter establish estimate exist expect explain express fail fall feel find finish follow form
gain get give go grow happen have hear help hit hold hope identify improve include increase indicate
introduce involve join keep know lead learn leave let lie like list live look lose make manage mark
matter mean measure meet mention move name need note obtain occur offer open operate order own pay
perform place plan play point prefer prepare present prevent produce promise propose protect prove
provide publish put raise reach read receive recommend record reduce refer reflect relate release
remain remove replace report represent require result return reveal rise run save say see seem sell
send serve set settle show sign speak spend stand start state stay stop study submit suffer suggest
support suppose take talk teach tell tend think treat try turn understand use visit vote wait want
watch win work write
"""
_IRREGULAR = """
became began begun bought brought built came chose chosen cost did done drove driven drew drawn fell
fallen felt found gave given gone got grew grown had heard held kept knew known laid led left lost
made meant met paid ran rose risen said saw seen sent set shown sold spent spoke spoken stood stuck
taught thought threw told took taken tried understood was were been went won wore worn wrote written
"""
COMMON_VERBS = frozenset(map(stem, re.findall(r"\w+", _BASES + _IRREGULAR)))
