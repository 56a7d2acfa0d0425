"""The pipeline: question to checked answer."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from time import perf_counter

from corpus.document import Corpus, Document
from corpus.folder import Folder
from corpus.tokens import count_chat_tokens
from index.build import open_index
from index.progress import Progress, no_progress
from index.retriever import PASSAGES, RetrievedPassage, SearchableIndex
from index.settings import Settings
from qa.answer import EXTRACTIVE, Answer, Answerer, Draft, Question, Usage
from qa.extractive.answerer import ExtractiveAnswerer
from qa.extractive.confidence import Confidence
from qa.language.abbreviations import spell_out
from qa.language.dialogue import CITED
from qa.language.foreign import is_foreign
from qa.question.expected_answer import expected_answer
from qa.question.follow_ups import CONTENT, narrow_reading, speaks_of, standalone
from qa.question.identity import Identities
from qa.question.small_talk import small_talk
from qa.question.suggestions import choose_suggestions
from qa.reader import Reader, open_reader
from qa.tables.answerer import TableAnswerer
from qa.tables.computing import asks_to_compute
from qa.words import Sentences

UNSURE = 0.8  # confidence of an answer from a table below which text may answer instead
NOBODY = "none"  # the name of no judge
SAME_TOPIC = 0.25  # of the fused score, where a question rests on the last answer: its document's
SAME_CONVERSATION = 0.08  # the same where it could stand alone
LISTED_DOCUMENTS = 20  # named to who asks which there are


class Pipeline:
    """Retrieve, answer, and give a confidence; the same for page, command line and evaluation."""

    def __init__(
        self,
        index: SearchableIndex,
        reader: Reader | None,
        problems: tuple[str, ...] = (),
        *,
        answerer: str = EXTRACTIVE,
        key: str = "",
        judge: str = "",
        passages: int = PASSAGES,
        threshold: float | None = None,
        suggest: Callable[[], tuple[str, ...]] | None = None,
    ) -> None:
        """Take an open index and the parts that answer from it.

        Args:
            index: open, and closed by its owner.
            reader: reads the passages; None for none.
            problems: a line for each unreadable file.
            answerer: "extractive", or a chat model's name.
            key: of a chat provider; by default that of its environment variable.
            judge: the chat model that checks statements; by default the same; or "none".
            passages: the number to retrieve.
            threshold: confidence below which to decline; by default the fitted one.
            suggest: questions that these documents answer; found by default.

        Raises:
            ChatModelError: the answerer is a chat model that cannot be used.
        """
        self.index = index
        self.problems = problems
        self._reader = reader
        self._passages = passages
        self.judge = judge
        self._suggest = suggest or cache(self._find_suggestions)
        self._identities = Identities.of((s.doc, s.title) for s in index.statuses if s.passages)
        self._extractive = extractive = ExtractiveAnswerer(
            index, reader, threshold, self._identities
        )
        self.confidence: Confidence = extractive.confidence
        self.answerer: Answerer = extractive
        self._tables = TableAnswerer(index) if answerer == EXTRACTIVE else None
        if answerer != EXTRACTIVE:
            from qa.chat.answerer import open_chat_answerer  # LangChain takes seconds to load

            self.answerer = open_chat_answerer(answerer, key, index, extractive, judge)

    def with_answerer(
        self,
        name: str,
        key: str = "",
        passages: int = PASSAGES,
        threshold: float | None = None,
        judge: str | None = None,
    ) -> "Pipeline":
        """Return a pipeline of the same index with another answerer, as the constructor takes it.

        Raises:
            ChatModelError: it is a chat model that cannot be used.
        """
        return Pipeline(
            self.index, self._reader, self.problems, answerer=name, key=key, passages=passages,
            threshold=threshold, suggest=self._suggest,
            judge=self.judge if judge is None else judge,
        )  # fmt: skip

    @property
    def documents(self) -> Mapping[str, Document]:
        """The documents the index holds, by `doc`."""
        return self.index.documents

    @property
    def suggestions(self) -> tuple[str, ...]:
        """Example questions that these documents answer."""
        return self._suggest()

    def _find_suggestions(self) -> tuple[str, ...]:
        extractive = self.with_answerer(EXTRACTIVE)
        return choose_suggestions(
            self.documents.values(),
            lambda text: extractive.invoke(Question(text)).status == "answered",
        )

    def _understand(self, question: Question) -> str:
        """Return the stand-alone form of a question.

        For a few words about another subject ("What about taxis?") two readings are tried: the
        previous question about that subject and, if nothing is found, the words as typed.
        """
        whole = standalone(question, self.index.embed_all)
        narrow = "" if whole == question.text.strip() else narrow_reading(question, whole)
        for reading in (whole, narrow) if narrow else ():
            asked = replace(question, text=reading, history=())
            passages = self._search(question, asked)
            draft = self._extractive.answer(asked, passages) if passages else None
            if draft and speaks_of(question, " ".join(c.quote for c in draft.citations)):
                return reading
        return whole

    def _search(self, question: Question, asked: Question) -> list[RetrievedPassage]:
        """Return the passages found for a question as it is understood."""
        favoured = self._favoured(question, asked.text)
        return self.index.search(asked.text, self._passages, asked.docs, favoured)

    def _favoured(self, question: Question, reading: str) -> dict[str, float]:
        """Return what the passages of some documents gain for a question as it is understood.

        They are those that it names, and that which the last answer is from: more where the
        question rests on what was said before.
        """
        gains = self._identities.favoured(reading)
        answers = [t.content for t in question.history if t.role == "assistant"]
        answers = [said for said in answers if CITED.search(said)]
        if answers and (found := self.index.search(answers[-1][:CONTENT], 1, question.docs)):
            doc = found[0].passage.doc
            rests = reading != question.text.strip()
            gains[doc] = gains.get(doc, 0.0) + (SAME_TOPIC if rests else SAME_CONVERSATION)
        return gains

    def _name_documents(self) -> str:
        """Return a sentence that names the documents."""
        titles = [status.title for status in self.index.statuses if status.passages]
        shown = "; ".join(f"“{title}”" for title in titles[:LISTED_DOCUMENTS])
        if len(titles) == 1:
            return Sentences.DOCUMENT.format(shown)
        if len(titles) > LISTED_DOCUMENTS:
            shown += Sentences.MORE.format(len(titles) - LISTED_DOCUMENTS)
        return Sentences.DOCUMENTS.format(len(titles), shown)

    def invoke(self, question: Question) -> Answer:
        """Return the whole answer."""
        *_, whole = self.stream(question)
        return whole

    def batch(self, questions: Iterable[Question]) -> list[Answer]:
        """Return the answers in the order of the questions."""
        return [self.invoke(question) for question in questions]

    def stream(self, question: Question) -> Generator[Answer, None, None]:
        """Yield the answer as it grows, the complete one last; closing the generator stops it."""
        started = perf_counter()

        def answer(
            draft: Draft,
            asked: str = question.text,
            passages: Iterable[RetrievedPassage] = (),
            suggestions: tuple[str, ...] = (),
        ) -> Answer:
            return Answer(
                id=question.id,
                question=question.text,
                status=draft.status,
                answer=draft.answer,
                statements=draft.statements,
                citations=draft.citations,
                passages=tuple(passages),
                confidence=draft.confidence,
                answerer=self.answerer.name,
                latency_ms=round((perf_counter() - started) * 1000, 3),
                standalone_question=asked,
                highlights=draft.highlights,
                lookalikes=draft.lookalikes,
                listed=draft.listed,
                candidates=draft.candidates,
                suggestions=suggestions,
                tokens=draft.usage.tokens,
                fallback=draft.fallback,
                written=draft.written,
                cost=draft.usage.cost,
                prompt_version=draft.prompt_version,
                judging=draft.judging,
            )

        if talk := small_talk(question.text):
            special = {"thanks": Sentences.THANKS, "documents": self._name_documents()}
            said = special.get(talk, Sentences.GREETING)
            yield answer(Draft(0.0, abstention=said), suggestions=self.suggestions)
            return
        text, spent = self.answerer.rewrite(question) if question.history else (None, Usage())
        text = text or self._understand(question)
        text = text if is_foreign(text) else self.index.correct(text)
        asked = replace(question, text=text, history=())
        passages = self._search(question, asked)
        if not passages:
            yield answer(Draft(0.0, abstention=Sentences.NOTHING), suggestions=self.suggestions)
            return
        written_out = replace(asked, text=spell_out(asked.text))
        drafts: Iterable[Draft] = self._drafts(asked, passages)
        if self._tables and written_out != asked:
            other = self._search(question, written_out)
            typed, written = [*drafts], [*self._drafts(written_out, other)]
            drafts = typed
            sure = not written[-1].abstention and written[-1].confidence >= UNSURE
            if sure or _likelihood(written[-1]) > _likelihood(typed[-1]):
                asked, passages, drafts = written_out, other, written
        for draft in drafts:
            usage = draft.usage + spent
            if not usage.tokens:  # no model was asked
                usage = replace(usage, tokens=count_chat_tokens(draft.answer))
            yield answer(replace(draft, usage=usage), asked.text, passages)

    def _drafts(self, question: Question, passages: Sequence[RetrievedPassage]) -> Iterator[Draft]:
        """Yield the draft from a table if one is asked, else the answerer's as it grows."""
        draft = self._tables.answer(question, passages) if self._tables else None
        if draft is None:
            yield from self.answerer.stream(question, passages)
        elif draft.abstention or draft.confidence < UNSURE or _wants_words(question):
            other = self.answerer.answer(question, passages)
            least = UNSURE if draft.confidence >= UNSURE else self.confidence.threshold
            likelier = bool(draft.abstention) or other.confidence >= least
            text = not other.abstention and not self._in_tables(other)
            yield other if text and likelier else draft
        else:
            yield draft

    def _in_tables(self, draft: Draft) -> bool:
        """Tell whether the first citation of a draft is within a table."""
        cited = draft.citations[0]
        blocks = self.documents[cited.doc].blocks
        return any(b.table and b.start <= cited.start < b.end for b in blocks)


def _wants_words(question: Question) -> bool:
    """Tell whether a question asks for a person, a way or a thing that text may tell better."""
    expected = expected_answer(question.text)
    plain = expected.kind in ("who", "how", "where", "other") and not expected.several
    return plain and not (expected.compared or asks_to_compute(question.text))


def _likelihood(draft: Draft) -> tuple[bool, float]:
    """Return what tells the likelier of two drafts: that it answers, and how surely."""
    return not draft.abstention, draft.confidence


def build_pipeline(
    settings: Settings,
    corpus: Corpus | Folder | None = None,
    progress: Progress = no_progress,
    name: str | None = None,
) -> Pipeline:
    """Bring the index of `settings.documents`, or of `corpus`, up to date and open it.

    Raises:
        ChatModelError, CorpusError, EmbedderError, ReaderError, StoreError: the message says
            what to do.
    """
    if settings.answerer != EXTRACTIVE:
        from qa.chat.providers import open_model

        open_model(settings.answerer)  # what it lacks is told before documents are read
        if settings.judge not in ("", NOBODY):
            open_model(settings.judge)
    index, report = open_index(settings, corpus, name, progress)
    reader = open_reader(settings.reader)
    return Pipeline(
        index, reader, report.problems, answerer=settings.answerer, judge=settings.judge
    )
