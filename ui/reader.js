(() => {
  // Footnotes in the page: quotes on hover, the source beside the chat. Text of documents enters
  // by textContent only. No "less than" sign stands before a letter here: the page's sanitiser
  // would take it for markup.
  if (window.footnote) return;
  const root = document.documentElement;
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

  const tip = make("div", "fn-tip", "", document.body);
  tip.id = "fn-tip";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;
  const status = make("div", "fn-quiet", "", document.body);
  status.setAttribute("role", "status");
  const panel = make("aside", "fn-reader", "", document.body);
  panel.setAttribute("aria-labelledby", "fn-reader-title");
  panel.hidden = true;
  const head = make("header", "fn-reader-head", "", panel);
  const bar = make("div", "fn-reader-bar", "", head);
  const where = make("span", "fn-reader-where", "", bar);
  const earlier = button("fn-reader-button", "Previous footnote (p)", "←", bar, () => step(-1));
  const later = button("fn-reader-button", "Next footnote (n)", "→", bar, () => step(1));
  button("fn-reader-button", "Close the source (Escape)", "✕", bar, () => close());
  const title = make("h2", "fn-title", "", head);
  title.id = "fn-reader-title";
  const origin = make("p", "fn-origin", "", head);
  const body = make("div", "fn-document", "", panel);
  body.tabIndex = 0;
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", "Text of the document");
  body.dir = "auto";

  const narrow = matchMedia("(max-width: 700px)");
  const texts = new Map(); // url: promise of a document
  let shown = ""; // url of the document in the panel
  let touched = [];
  let places = [];
  let at = 0;
  let from = null; // the marker that was clicked

  const load = (url) => {
    if (!texts.has(url)) {
      const got = fetch(new URL(url.replace(/^\//, ""), location.href)).then((answer) => {
        if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
        return answer.json();
      });
      got.catch(() => texts.delete(url));
      texts.set(url, got);
    }
    return texts.get(url);
  };

  const placeOf = (cite) => ({
    url: cite.dataset.url || "", start: +cite.dataset.start, end: +cite.dataset.end,
    n: cite.dataset.label || "", key: cite.dataset.key, number: cite.dataset.n,
  });
  const cites = (key) =>
    [...document.querySelectorAll(`.fn-cite[data-key="${key}"]`)]
      .sort((a, b) => a.dataset.n - b.dataset.n);
  const citeOf = (marker) =>
    document.querySelector(`.fn-cite[data-key="${marker.dataset.key}"][data-n="${marker.dataset.n}"]`);

  const EAGER = 20000; // elements made at once; those of longer documents when they come near
  const CHUNK = 50; // pieces of a document that are made together
  let chunks = [];
  const cellOf = ([start, end, text, tall, wide, header], row) => {
    const element = make(header ? "th" : "td", "", text, row);
    if (tall > 1) element.rowSpan = tall;
    if (wide > 1) element.colSpan = wide;
    return { start, end, text, element };
  };
  const piece = (block, into) => {
    if (block.p) make("p", "fn-page", `Page ${block.p}`, into);
    if (block.k === "table") {
      const table = make("table", "fn-grid", "", make("div", "fn-rows", "", into));
      return block.r.flatMap((cells) => {
        const row = make("tr", "", "", table);
        return cells.map((cell) => cellOf(cell, row));
      });
    }
    const element = make("div", `fn-${block.k} fn-level-${Math.min(block.l, 6)}`, block.t, into);
    return [{ start: block.s, end: block.e, text: block.t, element }];
  };
  const fill = (chunk) => {
    if (chunk.blocks) return;
    chunk.element.style.minHeight = "";
    chunk.blocks = chunk.pieces.flatMap((block) => piece(block, chunk.element));
  };
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (isIntersecting) fill(chunks.find((chunk) => chunk.element === target));
    }
  }, { root: body, rootMargin: "1000px" });

  const draw = (source) => {
    title.textContent = source.title;
    origin.textContent = [source.origin, source.rights].filter(Boolean).join(" · ");
    near.disconnect();
    chunks = [];
    body.replaceChildren();
    let made = 0;
    for (let first = 0; source.blocks.length > first; first += CHUNK) {
      const pieces = source.blocks.slice(first, first + CHUNK);
      const last = pieces[pieces.length - 1];
      const element = make("div", "fn-chunk", "", body);
      const chunk = { pieces, element, start: pieces[0].s, end: last.e, blocks: null };
      chunks.push(chunk);
      made += pieces.reduce((sum, block) => sum + (block.r ? block.r.flat().length : 1), 0);
      if (EAGER > made) {
        fill(chunk);
      } else {
        element.style.minHeight = `${(chunk.end - chunk.start) / 2}px`;
        near.observe(element);
      }
    }
    touched = [];
  };

  const mark = (place) => {
    for (const block of touched) block.element.textContent = block.text;
    touched = [];
    const spans = places.filter((other) => other.url === shown && other !== place);
    spans.unshift(place); // the chosen one goes first: where two overlap, it is marked whole
    let first = null;
    const met = chunks.filter((c) => spans.some((span) => c.end > span.start && span.end > c.start));
    met.forEach(fill);
    for (const block of met.flatMap((chunk) => chunk.blocks)) {
      const parts = [];
      for (const span of spans) {
        const start = Math.max(span.start, block.start);
        const end = Math.min(span.end, block.end);
        if (end <= start || parts.some((p) => start < p.end && p.start < end)) continue;
        parts.push({ start, end, chosen: span === place });
      }
      if (!parts.length) continue;
      const characters = [...block.text]; // offsets count characters, not UTF-16 units
      const slice = (start, end) => characters.slice(start - block.start, end - block.start).join("");
      parts.sort((a, b) => a.start - b.start);
      block.element.textContent = "";
      let done = block.start;
      for (const part of parts) {
        block.element.append(slice(done, part.start));
        const element = make("mark", part.chosen ? "fn-chosen" : "", slice(part.start, part.end));
        block.element.append(element);
        if (part.chosen && !first) first = element;
        done = part.end;
      }
      block.element.append(slice(done, block.end));
      touched.push(block);
    }
    return first;
  };

  const centre = (element) => element.scrollIntoView({ block: "center", behavior: "instant" });

  const show = async () => {
    const place = places[at];
    let source;
    try {
      source = await load(place.url);
    } catch {
      status.textContent = "The source could not be fetched. Reload the page and try again.";
      tip.hidden = true;
      return;
    }
    if (places[at] !== place) return; // another was chosen in the meantime
    if (shown !== place.url) {
      shown = place.url;
      draw(source);
    }
    panel.hidden = false;
    root.classList.add("fn-reading");
    const target = mark(place);
    const alone = places.length === 1;
    where.textContent = alone ? place.n : `${place.n} · ${at + 1} of ${places.length}`;
    earlier.hidden = later.hidden = alone;
    if (!target) return;
    target.id = "fn-opened";
    target.tabIndex = -1;
    centre(target);
    target.focus({ preventScroll: true });
    requestAnimationFrame(() => centre(target)); // blocks not drawn yet had a guessed height
    if (from) from.scrollIntoView({ block: "nearest", behavior: "instant" });
  };

  const open = (found, chosen) => {
    [places, at] = [found, chosen];
    tip.hidden = true;
    show();
  };
  const step = (by) => {
    at = (at + by + places.length) % places.length;
    show();
  };
  const close = () => {
    panel.hidden = true;
    root.classList.remove("fn-reading");
    if (from && !from.isConnected) {
      from = document.querySelector(
        `.fn-marker[data-key="${from.dataset.key}"][data-n="${from.dataset.n}"]`);
    }
    if (from) from.focus();
    from = null;
    tip.hidden = true; // the focus comes back without the quote
  };

  let waiting = 0;
  let hinted = null; // the marker whose quote is shown
  const settle = () => {
    const box = hinted.getBoundingClientRect();
    if (box.bottom < 0 || box.top > innerHeight) tip.hidden = true;
    const above = box.top - tip.offsetHeight - 8;
    tip.style.top = `${above > 8 ? above : box.bottom + 8}px`;
    const left = Math.min(box.left - 24, root.clientWidth - tip.offsetWidth - 12);
    tip.style.left = `${Math.max(12, left)}px`;
  };
  const hint = (marker) => {
    clearTimeout(waiting);
    const cite = citeOf(marker);
    if (!cite) return;
    if (cite.dataset.url) load(cite.dataset.url).catch(() => {}); // hover foretells a click
    const place = cite.closest(".fn-source").querySelector(".fn-place").cloneNode(true);
    place.className = "fn-tip-place";
    const quote = make("p", "fn-tip-quote");
    quote.append(...[...cite.childNodes].map((node) => node.cloneNode(true)));
    tip.replaceChildren(quote, place);
    tip.hidden = false;
    for (const other of document.querySelectorAll("[aria-describedby=fn-tip]")) {
      other.removeAttribute("aria-describedby");
    }
    marker.setAttribute("aria-describedby", "fn-tip");
    hinted = marker;
    settle();
  };
  const unhint = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { tip.hidden = true; }, 150);
  };
  const markerAt = (event) => event.target.closest && event.target.closest(".fn-marker");

  document.addEventListener("mouseover", (event) => {
    const marker = markerAt(event);
    if (marker) hint(marker);
    else if (tip.contains(event.target)) clearTimeout(waiting);
  });
  document.addEventListener("mouseout", (event) => {
    if (markerAt(event) || tip.contains(event.target)) unhint();
  });
  document.addEventListener("focusin", (event) => {
    const marker = markerAt(event);
    if (marker && marker.matches(":focus-visible")) hint(marker);
  });
  document.addEventListener("focusout", (event) => markerAt(event) && unhint());
  document.addEventListener("scroll", (event) => {
    if (!tip.hidden && !tip.contains(event.target)) settle();
  }, { capture: true, passive: true });
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
    const chosen = event.target.closest && event.target.closest(
      ".st-key-conversations button, .st-key-new button");
    if (chosen && narrow.matches) { // on a phone the list would stay before what was chosen
      document.querySelector("[data-testid=stSidebarCollapseButton] button").click();
    }
    const copy = event.target.closest && event.target.closest(".fn-copy");
    if (copy) {
      put(document.getElementById(copy.dataset.of).textContent);
      copy.dataset.done = "";
      setTimeout(() => delete copy.dataset.done, 2000);
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && !tip.hidden) {
      tip.hidden = true;
    } else if (!panel.hidden && (panel.contains(event.target) || event.target === document.body)) {
      if (event.key === "Escape") close();
      else if (["n", "ArrowRight"].includes(event.key)) step(1);
      else if (["p", "ArrowLeft"].includes(event.key)) step(-1);
    } else if (event.key === "Escape" && !panel.hidden && markerAt(event)) {
      close();
    }
  });

  const put = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // a page that is not secure has no clipboard of its own
      const field = make("textarea", "fn-quiet", "", document.body);
      field.value = text;
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    status.textContent = "";
    requestAnimationFrame(() => { status.textContent = "Copied."; });
  };

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
  }).observe(document.body, { childList: true, subtree: true });
  const follow = (key, n) => {
    const marker = document.querySelector(`.fn-marker[data-key="${key}"][data-n="${n}"]`);
    if (marker) marker.click();
    return Boolean(marker && citeOf(marker));
  };
  window.footnote = { follow, reveal };
})();
