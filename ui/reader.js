(() => {
  // Footnotes in the page: quotes on hover, the source beside the chat, as pages or as text. Text of
  // documents enters by textContent only. No "less than" sign stands before a letter here: the page's sanitiser
  // would take it for markup.
  if (window.footnote) return;
  const root = document.documentElement;
  const words = window.footnoteWords;
  const fill = (said, ...values) => said.replace(/{}/g, () => values.shift());
  const make = (tag, name, text = "", parent = null) => {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = text;
    if (parent) parent.append(element);
    return element;
  };
  const button = (name, label, sign, parent, act) => {
    const element = make("button", name, sign, parent);
    element.type = "button";
    element.setAttribute("aria-label", label);
    element.title = label;
    element.addEventListener("click", act);
    return element;
  };

  const panel = make("aside", "fn-reader", "", document.body);
  panel.setAttribute("aria-labelledby", "fn-reader-title");
  panel.hidden = true;
  const head = make("header", "fn-reader-head", "", panel);
  const bar = make("div", "fn-reader-bar", "", head);
  const where = make("span", "fn-reader-where", "", bar);
  const earlier = button("fn-reader-button", words.previous, "←", bar, () => step(-1));
  const later = button("fn-reader-button", words.next, "→", bar, () => step(1));
  button("fn-reader-button", words.close, "✕", bar, () => close());
  const title = make("h2", "fn-title", "", head);
  title.id = "fn-reader-title";
  const origin = make("p", "fn-origin", "", head);
  const body = make("div", "fn-document", "", panel);
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", words.document);
  body.dir = "auto";

  const tools = make("div", "fn-reader-bar fn-reader-tools", "", head);
  const paging = make("span", "fn-reader-paging", "", tools);
  button("fn-reader-button", words.previousPage, "‹", paging, () => turn(-1));
  const counted = make("span", "fn-reader-page", "", paging);
  button("fn-reader-button", words.nextPage, "›", paging, () => turn(1));
  button("fn-reader-button", words.smaller, "−", paging, () => closer(-1));
  button("fn-reader-button", words.larger, "+", paging, () => closer(1));
  const asText = button("fn-reader-button fn-reader-word", words.showText, words.text, tools, () => {
    keepAsText(!readsText());
    asked = null;
    show();
  });
  const finder = button("fn-reader-button fn-reader-word", words.searchIn, words.search, tools,
    () => { form.hidden = !form.hidden; if (!form.hidden) query.focus(); });
  const original = make("a", "fn-reader-word fn-reader-button", words.original, tools);
  original.title = words.originalHelp;
  original.target = "_blank";
  original.rel = "noopener";
  const form = make("form", "fn-reader-bar", "", head);
  form.setAttribute("role", "search");
  form.hidden = true;
  const query = make("input", "fn-reader-query", "", form);
  query.type = "search";
  query.placeholder = words.searchIn;
  query.setAttribute("aria-label", words.searchIn);
  const hitsSaid = make("span", "fn-reader-page", "", form);
  hitsSaid.setAttribute("role", "status");
  button("fn-reader-button", words.previousHit, "↑", form, () => goToHit(-1));
  button("fn-reader-button", words.nextHit, "↓", form, () => goToHit(1));
  const notice = make("p", "fn-reader-notice", "", panel);
  notice.setAttribute("role", "status");
  notice.hidden = true;
  panel.insertBefore(notice, body);

  const texts = new Map(); // url: promise of a document
  let shown = ""; // url of the document in the panel
  let places = [];
  let at = 0;
  let from = null; // the marker or title that was clicked
  let folded = []; // passages that the panel shows instead
  let view = ""; // of the page, where the panel was opened
  let drawn = ""; // url of the document whose text is in the panel
  let asked = null; // the page gone to by hand; null where the footnote says which

  const address = (place) => new URL(place.replace(/^\//, ""), location.href).href;
  const pages = window.footnotePages({ body, make, fill, address });
  const text = window.footnoteText({ body, make });
  const TEXT = "footnote-as-text";
  const readsText = () => localStorage.getItem(TEXT) === "yes";
  const keepAsText = (yes) => localStorage.setItem(TEXT, yes ? "yes" : "no");
  const load = (url) => {
    if (!texts.has(url)) {
      const got = fetch(address(`${url}/text`)).then(async (answer) => {
        if (!answer.ok) throw new Error(await answer.text());
        return answer.json();
      });
      got.catch(() => texts.delete(url));
      texts.set(url, got);
    }
    return texts.get(url);
  };

  const placeOf = (cite) => ({
    url: cite.dataset.url || "", start: +cite.dataset.start, end: +cite.dataset.end,
    n: cite.dataset.label || "", key: cite.dataset.key, quote: cite.textContent,
    strong: (cite.dataset.strong || "").split(" ").filter(Boolean).map((span) => {
      const [start, end] = span.split("-").map(Number);
      return { start, end };
    }),
  });
  const cites = (key) =>
    [...document.querySelectorAll(`.fn-cite[data-key="${key}"]`)]
      .sort((a, b) => a.dataset.n - b.dataset.n);
  const citeOf = (marker) =>
    document.querySelector(`.fn-cite[data-key="${marker.dataset.key}"][data-n="${marker.dataset.n}"]`);

  const centre = (element) =>
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });

  const onPage = (source) => source.drawn && !readsText();
  const say = (sentence) => {
    notice.textContent = sentence;
    notice.hidden = !sentence;
  };
  const outline = (source) => {
    title.textContent = source.title;
    origin.textContent = [source.origin, source.rights].filter(Boolean).join(" · ");
    asText.hidden = !source.drawn;
    original.hidden = !source.kept;
    original.href = address(`${shown}/original`);
    hits = null;
    query.value = hitsSaid.textContent = "";
    form.hidden = true;
  };

  const others = (place) => places.filter((other) => other.url === shown && other !== place);

  // Shows a place on its page, or in the text; returns what is marked there, if anything.
  const showPage = async (source, place) => {
    const number = asked || pages.pageOf(source, place.start || 0);
    counted.textContent = fill(words.of, number, source.pages.length);
    drawn = "";
    return pages.draw(source, shown, number,
      [...others(place), { ...place, chosen: true }], place.quote || words.cited);
  };
  const showText = (source, place) => {
    if (drawn !== shown) {
      drawn = shown;
      text.draw(source);
    }
    return text.mark(place, others(place));
  };

  const show = async () => {
    const place = places[at];
    let source;
    try {
      source = await load(place.url);
    } catch {
      source = null;
    }
    if (places[at] !== place) return; // another was chosen in the meantime
    const opening = panel.hidden;
    tip.hidden = true;
    panel.hidden = false;
    root.classList.add("fn-reading");
    if (opening) view = location.pathname;
    if (!source) {
      [shown, drawn, title.textContent] = ["", "", words.source];
      body.replaceChildren();
      say(words.unreachable);
      return;
    }
    if (shown !== place.url) {
      shown = place.url;
      outline(source);
    }
    fold(place);
    let onPicture = onPage(source);
    let target;
    say("");
    try {
      target = onPicture ? await showPage(source, place) : showText(source, place);
    } catch (error) { // why there is no picture; the text is there
      onPicture = false;
      target = showText(source, place);
      say(error.message);
    }
    if (places[at] !== place || target === undefined) return;
    paging.hidden = !onPicture;
    body.classList.toggle("fn-pages", onPicture);
    asText.textContent = onPicture ? words.text : words.page;
    asText.title = onPicture ? words.showText : words.showPage;
    asText.setAttribute("aria-label", asText.title);
    const alone = places.length === 1;
    where.textContent = place.hit || !place.n ? ""
      : alone ? place.n : `${place.n} · ${fill(words.of, at + 1, places.length)}`;
    earlier.hidden = later.hidden = alone || place.hit;
    if (!target) {
      if (onPicture && place.end && !asked) say(words.unplaced);
      body.scrollTop = 0;
      if (opening) body.focus({ preventScroll: true });
      return;
    }
    for (const old of document.querySelectorAll("#fn-opened")) old.removeAttribute("id");
    target.id = "fn-opened";
    target.tabIndex = -1;
    centre(target);
    if (!form.contains(document.activeElement)) target.focus({ preventScroll: true });
    requestAnimationFrame(() => centre(target)); // blocks not drawn yet had a guessed height
    if (from) from.scrollIntoView({ block: "nearest", behavior: "instant" });
    for (const other of places) {
      if (other.url === shown && onPicture) {
        pages.prepare(source, shown, pages.pageOf(source, other.start));
      }
    }
  };
  const turn = (by) => {
    const { number, source } = pages.at();
    asked = Math.max(1, Math.min(source.pages.length, number + by));
    show();
  };
  const closer = async (by) => {
    const target = await pages.closer(by);
    if (target) centre(target);
  };

  // What the panel shows needs not be unfolded below the answer too.
  const fold = (place) => {
    if (!place.key) return;
    for (const cite of document.querySelectorAll(`.fn-cite[data-key="${place.key}"]`)) {
      const passage = cite.closest(".fn-source > details");
      if (passage && passage.open) {
        passage.open = false;
        folded.push(passage);
      }
    }
  };

  // Search: every hit is a place like those of footnotes.
  let hits = null;
  let hitAt = 0;
  const goToHit = async (by) => {
    const sought = query.value;
    if (!sought.trim()) return;
    if (!hits || hits.sought !== sought) {
      hits = text.find(await load(shown), sought).map((hit) => ({ ...hit, url: shown, hit: true }));
      hits.sought = sought;
      hitAt = by > 0 ? -1 : 0;
    }
    if (!hits.length) {
      hitsSaid.textContent = words.noHits;
      return;
    }
    hitAt = (hitAt + by + hits.length) % hits.length;
    hitsSaid.textContent = fill(words.of, hitAt + 1, hits.length);
    asked = null;
    [places, at] = [hits, hitAt];
    show();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    goToHit(1);
  });

  const open = (found, chosen) => {
    [places, at] = [found, chosen];
    [asked, hits] = [null, null];
    tip.hidden = true;
    show();
  };
  const step = (by) => {
    at = (at + by + places.length) % places.length;
    asked = null;
    show();
  };
  const close = () => {
    panel.hidden = true;
    root.classList.remove("fn-reading");
    for (const passage of folded) passage.open = true;
    folded = [];
    if (from && !from.isConnected && from.dataset.key) {
      from = document.querySelector(
        `.fn-marker[data-key="${from.dataset.key}"][data-n="${from.dataset.n}"]`);
    }
    if (from) from.focus();
    from = null;
    tip.hidden = true; // the focus comes back without the quote
  };

  const foretell = (place) => load(place.url).then((source) => {
    if (onPage(source)) pages.prepare(source, place.url, pages.pageOf(source, place.start));
  }, () => {});

  const { tip, markerAt } = window.footnoteTip({ make, citeOf,
    near: (cite) => cite.dataset.url && foretell(placeOf(cite)) }); // hover foretells a click

  document.addEventListener("click", (event) => {
    const marker = markerAt(event);
    if (marker) {
      event.preventDefault();
      const cite = citeOf(marker);
      if (!cite) return;
      if (!cite.dataset.url) {
        const folded = cite.closest("details");
        if (folded) folded.open = true;
        centre(cite);
        return;
      }
      const found = cites(marker.dataset.key).filter((c) => c.dataset.url);
      from = marker;
      open(found.map(placeOf), found.indexOf(cite));
    }
    const named = event.target.closest && event.target.closest(".fn-open");
    if (named) {
      event.preventDefault();
      from = named;
      open([{ url: named.dataset.url, start: 0, end: 0, n: "" }], 0);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && !tip.hidden) {
      tip.hidden = true;
    } else if (event.target === query) {
      if (event.key === "Escape") close();
    } else if (!panel.hidden && (panel.contains(event.target) || event.target === document.body)) {
      if (event.key === "Escape") close();
      else if (["n", "ArrowRight"].includes(event.key)) step(1);
      else if (["p", "ArrowLeft"].includes(event.key)) step(-1);
    } else if (event.key === "Escape" && !panel.hidden
      && (markerAt(event) || event.target === from)) {
      close();
    }
  });

  const reveal = (id, block) => {
    const element = document.getElementById(id);
    if (!element) return false;
    element.scrollIntoView({ block, behavior: "instant" });
    if (document.activeElement === document.body) element.focus({ preventScroll: true });
    return true;
  };
  // Another view or conversation has other answers: their source goes with them.
  new MutationObserver(() => {
    const key = !panel.hidden && places[at] && places[at].key;
    if (key && !document.querySelector(`.fn-cite[data-key="${key}"]`)) close();
    else if (!panel.hidden && view !== location.pathname) close();
  }).observe(document.body, { childList: true, subtree: true });
  const follow = (key, n) => {
    const marker = document.querySelector(`.fn-marker[data-key="${key}"][data-n="${n}"]`);
    if (marker) marker.click();
    return Boolean(marker && citeOf(marker));
  };
  window.footnote = { follow, reveal };
})();
