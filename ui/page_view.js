(() => {
  // The page of a document as a picture, the words of footnotes boxed. Its server draws pages when
  // they are asked for. As in reader.js, no "less than" sign stands before a letter.
  if (window.footnotePages) return;
  const WIDTHS = [700, 1100, 1600, 2400]; // pixels, as the server draws them
  const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4]; // times the width of the pane
  const NEAR = 1.5; // heights of a word: farther apart on a line, two words have a box each
  const PAD = 12; // tenths of a point around words

  // The boxes of words, joined along their lines, which run down or up a page that is turned.
  const rectangles = (words) => {
    const tall = words.filter(([, , left, top, right, bottom]) => bottom - top > right - left);
    if (2 * tall.length > words.length) {
      return joined(words.map(([start, end, left, top, right, bottom]) =>
        [start, end, top, left, bottom, right])).map(({ left, top, right, bottom }) =>
        ({ left: top, top: left, right: bottom, bottom: right }));
    }
    return joined(words);
  };
  const joined = (words) => {
    const found = [];
    for (const [, , left, top, right, bottom] of words) {
      const last = found[found.length - 1];
      const high = bottom - top;
      const shared = last ? Math.min(last.bottom, bottom) - Math.max(last.top, top) : 0;
      const near = last && shared > 0.5 * Math.min(high, last.bottom - last.top)
        && left - last.right < NEAR * high && last.left - right < NEAR * high;
      if (near) {
        last.left = Math.min(last.left, left);
        last.top = Math.min(last.top, top);
        last.right = Math.max(last.right, right);
        last.bottom = Math.max(last.bottom, bottom);
      } else {
        found.push({ left, top, right, bottom });
      }
    }
    return found;
  };

  window.footnotePages = ({ body, make, fill, address }) => {
    const pages = new Map(); // address: promise of the size and words of a page
    let zoom = ZOOMS.indexOf(1);
    let here = null; // { source, url, number, spans }
    let drawing = 0; // the latest request; those before it are of no interest any more

    const width = () => {
      const wanted = Math.max(1, body.clientWidth - 24) * ZOOMS[zoom] * (devicePixelRatio || 1);
      return WIDTHS.find((pixels) => pixels >= wanted) || WIDTHS[WIDTHS.length - 1];
    };
    const pictureOf = (url, number) => address(`${url}/pages/${number}/picture?w=${width()}`);
    const sizes = (url, number) => {
      const place = address(`${url}/pages/${number}?w=${width()}`);
      if (!pages.has(place)) {
        const got = fetch(place).then(async (answer) => {
          if (!answer.ok) throw new Error(await answer.text());
          return answer.json();
        });
        got.catch(() => pages.delete(place));
        pages.set(place, got);
      }
      return pages.get(place);
    };
    const prepare = (source, url, number) => { // drawn and fetched before it is looked at
      if (!source.drawn || 1 > number || number > source.pages.length) return;
      sizes(url, number).catch(() => {});
      new Image().src = pictureOf(url, number);
    };
    const pageOf = (source, start) =>
      Math.max(1, source.pages.filter((first) => start >= first).length);

    const boxes = (sheet, page, spans, quote) => {
      let opened = null;
      let answers = null; // the box of the words that answer, where all that is cited is a row
      for (const span of spans) {
        const words = page.words.filter((word) => word[0] < span.end && span.start < word[1]);
        for (const box of rectangles(words)) {
          const mark = make("mark", span.chosen ? "fn-box fn-chosen" : "fn-box", "", sheet);
          mark.style.left = `${100 * (box.left - PAD) / page.width}%`;
          mark.style.top = `${100 * (box.top - PAD) / page.height}%`;
          mark.style.width = `${100 * (box.right - box.left + 2 * PAD) / page.width}%`;
          mark.style.height = `${100 * (box.bottom - box.top + 2 * PAD) / page.height}%`;
          if (span.chosen && !opened) {
            opened = mark;
            make("span", "fn-quiet", quote, mark);
          }
          const met = span.chosen && (span.strong || []).some((strong) => words.some((word) =>
            strong.start < word[1] && word[0] < strong.end && word[2] >= box.left
            && box.right >= word[4] && word[3] >= box.top && box.bottom >= word[5]));
          if (met && !answers) answers = mark;
        }
      }
      if (answers && answers !== opened) answers.append(...opened.childNodes);
      return answers || opened;
    };

    // Draws a page into the pane; returns the box of what was chosen, null where it has none here.
    const draw = async (source, url, number, spans, quote = "") => {
      const mine = ++drawing;
      here = { source, url, number, spans, quote };
      const page = await sizes(url, number);
      if (mine !== drawing) return undefined;
      const sheet = make("div", "fn-sheet");
      sheet.style.width = `${100 * ZOOMS[zoom]}%`;
      sheet.style.aspectRatio = `${page.width} / ${page.height}`;
      const picture = make("img", "fn-sheet-picture", "", sheet);
      picture.alt = fill(window.footnoteWords.picture, number, source.title);
      picture.src = pictureOf(url, number);
      const opened = boxes(sheet, page, spans, quote);
      body.replaceChildren(sheet);
      picture.decode().then(() => {
        sheet.dataset.ready = "";
        prepare(source, url, number + 1);
        prepare(source, url, number - 1);
      }, () => {});
      return opened;
    };

    return {
      draw, pageOf, prepare,
      at: () => here,
      closer: (by) => {
        zoom = Math.max(0, Math.min(ZOOMS.length - 1, zoom + by));
        return draw(here.source, here.url, here.number, here.spans, here.quote);
      },
    };
  };
})();
