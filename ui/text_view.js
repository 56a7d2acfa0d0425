(() => {
  // The text of a document, drawn block by block, with spans marked. As in reader.js, text enters by
  // textContent only and no "less than" sign stands before a letter.
  if (window.footnoteText) return;
  window.footnoteText = ({ body, make }) => {
    const EAGER = 20000; // elements made at once; those of longer documents when they come near
    const MOST = 2000; // hits of a search
    const CHUNK = 50; // pieces of a document that are made together
    let chunks = [];
    let touched = []; // blocks that hold marks
    let pageName = "";
    const cellOf = ([start, end, text, tall, wide, header], row) => {
      const element = make(header ? "th" : "td", "", text, row);
      if (tall > 1) element.rowSpan = tall;
      if (wide > 1) element.colSpan = wide;
      return { start, end, text, element };
    };
    const piece = (block, into) => {
      if (block.p) make("p", "fn-page", pageName.replace("{}", block.p), into);
      if (block.k === "table") {
        const rows = make("div", "fn-rows", "", into);
        rows.tabIndex = 0; // a wide table is scrolled by keys too
        rows.setAttribute("role", "group");
        rows.setAttribute("aria-label", window.footnoteWords.table);
        const table = make("table", "fn-grid", "", rows);
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
      pageName = window.footnoteWords.starts[source.page];
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

    // Marks the spans, the chosen one first: where two overlap, it is marked whole.
    const mark = (chosen, others) => {
      for (const block of touched) {
        block.element.textContent = block.text;
        block.element.classList.remove("fn-strong");
      }
      touched = [];
      const spans = [chosen, ...others];
      let first = null;
      const met = chunks.filter((c) => spans.some((span) => c.end > span.start && span.end > c.start));
      met.forEach(fill);
      for (const block of met.flatMap((chunk) => chunk.blocks)) {
        const parts = [];
        for (const span of spans) {
          const start = Math.max(span.start, block.start);
          const end = Math.min(span.end, block.end);
          if (end <= start || parts.some((p) => start < p.end && p.start < end)) continue;
          parts.push({ start, end, chosen: span === chosen });
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
      const strong = touched.find((block) => block.element.localName === "td"
        && (chosen.strong || []).some((span) => block.end > span.start && span.end > block.start));
      if (!strong) return first;
      strong.element.classList.add("fn-strong"); // the cell that answers, of a row that is cited
      return strong.element.querySelector("mark");
    };

    // Returns where words stand in a document, whatever is between them and however they are written.
    const find = (source, wanted) => {
      const escaped = wanted.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\s+/g, "\\s+");
      const pattern = new RegExp(escaped, "giu");
      const pieces = source.blocks.flatMap((block) => block.r
        ? block.r.flat().map(([start, , words]) => [start, words]) : [[block.s, block.t]]);
      const met = [];
      for (const [start, words] of pieces) {
        for (const { index, 0: said } of words.matchAll(pattern)) {
          const first = start + [...words.slice(0, index)].length;
          met.push({ start: first, end: first + [...said].length, n: "", quote: said });
          if (met.length >= MOST) return met;
        }
      }
      return met;
    };

    return { draw, find, mark };
  };
})();
