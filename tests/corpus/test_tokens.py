from corpus.tokens import count_chat_tokens


def test_tokens_are_those_of_cl100k_base() -> None:
    # Known counts of OpenAI's cl100k_base for these texts.
    assert count_chat_tokens("tiktoken is great!") == 6
    assert count_chat_tokens("antidisestablishmentarianism") == 6
    assert count_chat_tokens("2 + 2 = 4") == 7
    assert count_chat_tokens("") == 0


def test_special_tokens_in_a_document_are_plain_text() -> None:
    assert count_chat_tokens("<|endoftext|>") > 1
