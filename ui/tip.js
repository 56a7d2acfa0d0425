(() => {
  // The quote of a footnote, shown while its marker is pointed at or has the focus.
  // As in reader.js, no "less than" sign stands before a letter.
  if (window.footnoteTip) return;
  window.footnoteTip = ({ make, citeOf, near }) => {
    const tip = make("div", "fn-tip", "", document.body);
    tip.id = "fn-tip";
    tip.setAttribute("role", "tooltip");
    tip.hidden = true;
    let waiting = 0;
    let hinted = null; // the marker whose quote is shown
    const settle = () => {
      const box = hinted.getBoundingClientRect();
      if (box.bottom < 0 || box.top > innerHeight) tip.hidden = true;
      const above = box.top - tip.offsetHeight - 8;
      tip.style.top = `${above > 8 ? above : box.bottom + 8}px`;
      const left = Math.min(box.left - 24, document.documentElement.clientWidth - tip.offsetWidth - 12);
      tip.style.left = `${Math.max(12, left)}px`;
    };
    const hint = (marker) => {
      clearTimeout(waiting);
      const cite = citeOf(marker);
      if (!cite) return;
      near(cite);
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
    return { tip, markerAt };
  };
})();
