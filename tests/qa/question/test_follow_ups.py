"""Follow-ups become stand-alone questions; greetings are told from questions."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedder import Embedder
from qa.answer import MAX_QUESTION, Question, Turn
from qa.question.follow_ups import narrow_reading, speaks_of, standalone
from qa.question.several_questions import split_questions
from qa.question.small_talk import is_small_talk, small_talk
from tests.support.embedders import WordEmbedder

QUICK = 10.0  # seconds of processor time: time exponential in the length never ends
HONEY = "How much honey did the apiary export in 2021?"
TURN = st.builds(Turn, st.sampled_from(["user", "assistant"]), st.text(max_size=60))


def told(text: str, *asked: str) -> Question:
    """Return a question after others, each with an answer."""
    turns = [t for q in asked for t in (Turn("user", q), Turn("assistant", "410 kilograms [1]."))]
    return Question(text, history=tuple(turns))


@pytest.mark.parametrize(
    "text",
    [
        "hi", "Hi!", "Hello there", "thanks!!", "Thank you so much.", "thank you, bye", "thx",
        "ok cool, thx", "OK. Great!", "who are you?", "what can you do?", "How does this work?",
        "what can I ask you about?", "That was very helpful, thanks :)", "help me please", "test",
        " good morning ", "thanks a lot", "how are you doing today?",
    ],
)  # fmt: skip
def test_small_talk(text: str) -> None:
    assert is_small_talk(text)
    assert is_small_talk(text.upper())


@pytest.mark.parametrize(
    "text",
    [
        "thanks to what did exports grow?", "hi, when did the apiary open?", "honey", "high tide",
        "hello world program", "what are your opening hours?", "who are you selling honey to?",
        "Good morning Vietnam: who directed it?", "what is this report about?", "okapi",
        "thanks, and in 2022?", "how does this hive work?", "test results",
        "What can you do with honey?",
        "cool storage of pears", "help wanted", "What is it for?", "there were how many?",
        "2021", "",
    ],
)  # fmt: skip
def test_a_real_question_is_not_small_talk(text: str) -> None:
    assert not is_small_talk(text)


@pytest.mark.parametrize("piece", ["thank you ", "thanks ", "ok", "help me ", "how are you ",
        "you ",
                                   "what can you do for me ", "yo", "hi there, ", "!", ":) ",
                                   "test"])  # fmt: skip
def test_no_greeting_takes_long(piece: str) -> None:
    """ "thank you thank you …" once took time exponential in its length."""
    text = (piece * MAX_QUESTION)[: MAX_QUESTION - 2] + " x"
    started = process_time()
    assert not is_small_talk(text)
    assert process_time() - started < QUICK


@pytest.mark.parametrize(
    ("text", "before", "whole"),
    [
        ("and in 2022?", HONEY, HONEY.replace("2021", "2022")),
        ("2022?", HONEY, HONEY.replace("2021", "2022")),
        ("What about the year before?", HONEY, HONEY.replace("2021", "2020")),
        ("and the following year?", HONEY, HONEY.replace("2021", "2022")),
        ("And imports?", "How much did exports grow?", "How much did imports grow?"),
        ("ok, and what about pears?", "Where are apples sold?", "Where are pears sold?"),
    ],
)
def test_an_ellipsis_takes_the_place_of_its_like(
    minilm: Embedder, text: str, before: str, whole: str
) -> None:
    assert standalone(told(text, before), minilm.embed) == whole


def test_what_is_like_nothing_is_added(words: WordEmbedder) -> None:
    whole = standalone(told("and the submarine?", "Why are hives painted blue?"), words.embed)
    assert whole == "Why are hives painted blue submarine?"


@pytest.mark.parametrize(
    "text", ["How many of them are blue?", "Why did it fall?", "Who said that?"]
)
def test_a_question_that_points_back_brings_what_it_points_to(minilm: Embedder, text: str) -> None:
    whole = standalone(told(text, HONEY), minilm.embed)
    assert whole.startswith(text)
    assert HONEY.rstrip("?") in whole


@pytest.mark.parametrize(
    "text",
    [
        "Who planted the orchard below the village school?",
        "What colours do keepers paint hives in spring?",
        "By the way, who planted it?",
        "Something else: how old is it?",
        "Who is the mayor of Basel?",  # few words, but a verb and a name
    ],
)
def test_another_topic_stands_alone(minilm: Embedder, text: str) -> None:
    assert standalone(told(text, HONEY), minilm.embed) == text


@pytest.mark.parametrize(
    "text",
    [
        "How many foreign bee keepers were there?",  # an existential, no place
        "Which firm that makes jars is the largest of all?",  # a relative
        "Was one of the keepers stung last summer?",
        "What does the badger eat?",  # few words, but a subject of its own and what it does
    ],
)
def test_a_whole_question_is_left_alone(minilm: Embedder, text: str) -> None:
    assert standalone(told(text, "What is the fair of Basel?"), minilm.embed) == text


def test_a_pronoun_is_for_the_person_in_the_answer(minilm: Embedder) -> None:
    history = (
        Turn("user", "Who is the treasurer?"),
        Turn("assistant", "The treasurer is Edda Marlow, who keeps bees. [1]"),
    )
    asked = Question("When did she join the society?", history=history)
    assert standalone(asked, minilm.embed) == "When did Edda Marlow join the society?"
    owned = Question("What is her address?", history=history)
    assert standalone(owned, minilm.embed) == "What is Edda Marlow's address?"


def test_what_about_changes_the_subject(minilm: Embedder) -> None:
    asked = told("What about ferries?", "Are buses free of charge under the new rules?")
    assert standalone(asked, minilm.embed) == ("Are ferries free of charge under the new rules?")


def test_the_narrow_reading_keeps_names_and_periods(minilm: Embedder) -> None:
    asked = told("What about ferries?", "Are buses free under the 2024 rules of Oberdorf?")
    assert narrow_reading(asked, standalone(asked, minilm.embed)) == "ferries 2024 Oberdorf?"
    assert narrow_reading(told("How long does it take?", HONEY), HONEY) == ""
    assert narrow_reading(told("and in 2022?", HONEY), HONEY) == ""
    assert speaks_of(asked, "Ferries sail at noon.")
    assert not speaks_of(asked, "Buses leave at noon.")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Which documents do you have?", "documents"), ("list all documents", "documents"),
        ("what files are there?", "documents"), ("What are your sources?", "documents"),
        ("thanks a lot!", "thanks"), ("OK, thank you", "thanks"), ("hello", "greeting"),
        ("Which documents do I need for a visa?", None), ("Which files are locked?", None),
    ],
)  # fmt: skip
def test_kinds_of_small_talk(text: str, kind: str | None) -> None:
    assert small_talk(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "How fast did prices rise and what was their cause?",
        "Why do keepers fear mites when they breed?",
        "How much did the owner of Oberdorf sell its orchard for?",
    ],
)
def test_a_pronoun_for_something_in_the_question_brings_nothing(
    minilm: Embedder, text: str
) -> None:
    assert standalone(told(text, HONEY), minilm.embed) == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("What did exports reach and how many cars were sold?",
         ["What did exports reach", "how many cars were sold?"]),
        ("How much did exports grow? And imports?",
         ["How much did exports grow", "How much did imports grow"]),
        ("Who planted the orchard, and when was it planted?",
         ["Who planted the orchard", "when was it planted? (Who planted the orchard)"]),
        ("How much did exports and imports grow?", ["How much did exports and imports grow?"]),
        ("Hello! How are you? Where are apples sold?", None),
        ("Who? What? When? Where? Why?", None),
        ("Where do apples sell well? All places, please.", None),  # an aside is no question
        ("How much did it grow? (How many cars were sold)", None),  # nor is what was asked before
        ("Will apples stay cheap? What do they base that on?", None),  # leans on all of it
        ("Who wrote it? What is it about and when did he write it?", None),  # none is dropped
        ("When did the train start? How many people used it?",
         ["When did the train start", "How many people used it? (When did the train start)"]),
        ("", None),
    ],
)  # fmt: skip
def test_several_questions_in_one(minilm: Embedder, text: str, parts: list[str] | None) -> None:
    assert split_questions(text, minilm.embed) == (parts or [text])


def test_follow_ups_of_follow_ups(minilm: Embedder) -> None:
    question = told("and in 2019?", "How much did exports grow in 2021?", "and imports?")
    assert standalone(question, minilm.embed) == "How much did imports grow in 2019?"


def test_a_long_conversation_keeps_its_topic_once(minilm: Embedder) -> None:
    """Each follow-up once carried all before it, in brackets within brackets."""
    asked = ["Can members borrow a boat?", "How do I reserve one?", "How early must I do that?"]
    whole = standalone(told("What if it breaks?", *asked), minilm.embed)
    assert whole == "What if it breaks? (How early must I do that; Can members borrow a boat)"
    named = standalone(told("And canoes?", *asked[:2]), minilm.embed)
    assert named.endswith("(Can members borrow a boat)"), "only the question itself is altered"


def test_what_was_asked_late_in_a_conversation_is_understood(minilm: Embedder) -> None:
    talk = ["How old is the mill?"] * 7
    question = told("and pears?", *talk, "How many apples did Basel buy in May?", "and plums?")
    assert standalone(question, minilm.embed) == "How many pears did Basel buy in May?"


def test_small_talk_and_answers_between_are_passed_over(minilm: Embedder) -> None:
    history = (
        Turn("user", HONEY), Turn("assistant", "In 1999 it was 3."), Turn("user", "thanks!"),
        Turn("assistant", "Ask me about wine."),
    )  # fmt: skip
    question = Question("and in 2022?", history=history)
    assert standalone(question, minilm.embed) == HONEY.replace("2021", "2022")


def test_without_anything_before_a_question_stays(words: WordEmbedder) -> None:
    assert standalone(Question(" and imports? "), words.embed) == "and imports?"
    assert standalone(told("and imports?", "hello"), words.embed) == "and imports?"
    assert words.embedded == []


@given(st.text(max_size=60), st.lists(TURN, max_size=5))
def test_any_conversation_gives_a_question(text: str, turns: list[Turn]) -> None:
    question = Question(f"{text} and 1", history=tuple(turns))
    assert standalone(question, WordEmbedder().embed).strip()


@pytest.mark.parametrize(
    "before", ["", "?", " " * 600 + "How much honey?", "… " * 300, "honey " * 300]
)
def test_strange_turns_before_a_follow_up(words: WordEmbedder, before: str) -> None:
    """A turn whose first 500 characters hold no word once raised QuestionError."""
    started = process_time()
    assert "wax" in standalone(Question("and wax?", history=(Turn("user", before),)), words.embed)
    assert process_time() - started < QUICK


def test_a_long_conversation_is_quick(words: WordEmbedder) -> None:
    question = told("and wax?", *["and honey?"] * 200)
    started = process_time()
    assert "wax" in standalone(question, words.embed)
    assert process_time() - started < QUICK
