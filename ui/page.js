(() => {
  // The page around the answers: where the focus is, the drawer of a phone, light and dark, copies.
  // As in reader.js, no "less than" sign stands before a letter.
  if (window.footnotePage) return;
  window.footnotePage = true;
  const root = document.documentElement;
  const narrow = matchMedia("(max-width: 700px)");
  const status = document.createElement("div");
  status.className = "fn-quiet";
  status.setAttribute("role", "status");
  document.body.append(status);
  const inside = (event, selector) => event.target.closest && event.target.closest(selector);

  const PATHS = ["/", "/documents", "/evaluation", "/settings"];
  const THEME = "footnote-theme"; // Light or Dark; System where nothing is kept
  const theme = () => localStorage.getItem(THEME) || "System";
  const wear = () => {
    root.style.colorScheme = theme() === "System" ? "" : theme().toLowerCase();
    for (const option of document.querySelectorAll(".fn-theme button")) {
      const pressed = String(option.dataset.theme === theme());
      if (option.getAttribute("aria-pressed") !== pressed) {
        option.setAttribute("aria-pressed", pressed);
      }
    }
  };
  const choose = (name) => {
    const base = new URL(".", location.href).pathname.replace(/\/$/, "");
    for (const path of [...PATHS.map((path) => `${base}${path}`), location.pathname]) {
      const key = `stActiveTheme-${path}-v2`; // where Streamlit looks for it
      if (name === "System") localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(name));
    }
    if (name === "System") localStorage.removeItem(THEME);
    else localStorage.setItem(THEME, name);
    location.reload(); // Streamlit takes its theme when it is loaded
  };

  const input = () => document.querySelector("[data-testid=stChatInputTextArea]");
  let focused = false; // once: on a screen without keys it would open the one of the screen
  const focusFirst = () => {
    const field = input();
    if (focused || !field || field.disabled) return;
    focused = true;
    const linked = new URLSearchParams(location.search).has("q");
    if (!linked && matchMedia("(pointer: fine)").matches && document.activeElement === document.body) {
      field.focus({ preventScroll: true });
    }
  };
  // A wide table under an answer begins where the cell that answers can be seen.
  const bringMarks = () => {
    for (const table of document.querySelectorAll(".fn-cells .fn-table:not([data-brought])")) {
      const mark = table.querySelector("td mark");
      table.dataset.brought = "";
      if (mark) table.scrollLeft = mark.closest("td").offsetLeft - table.clientWidth / 2;
    }
  };
  new MutationObserver(() => {
    focusFirst();
    bringMarks();
    wear();
  }).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (inside(event, "input, textarea, select, [contenteditable], [role=dialog]")) return;
    const field = input();
    if (!field) return;
    event.preventDefault();
    field.focus();
  });

  const DRAWER = "[data-testid=stSidebar]";
  const closeDrawer = () => {
    const drawer = document.querySelector(DRAWER);
    const fold = drawer && drawer.getBoundingClientRect().right > 0
      && drawer.querySelector("[data-testid=stSidebarCollapseButton] button");
    if (fold && narrow.matches) fold.click();
  };
  document.addEventListener("click", (event) => {
    const went = inside(event,
      ".st-key-conversations button, .st-key-new button, [data-testid=stSidebarNavLink]");
    const beside = !inside(event, `${DRAWER}, [data-testid=stExpandSidebarButton], [role=dialog]`);
    if (went || beside) closeDrawer();
    const option = inside(event, ".fn-theme button");
    if (option) choose(option.dataset.theme);
    const copy = event.target.closest && event.target.closest(".fn-copy");
    if (copy) {
      put(document.getElementById(copy.dataset.of).textContent);
      copy.dataset.done = "";
      setTimeout(() => delete copy.dataset.done, 2000);
    }
  });

  const put = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // a page that is not secure has no clipboard of its own
      const field = document.createElement("textarea");
      field.className = "fn-quiet";
      document.body.append(field);
      field.value = text;
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    status.textContent = "";
    requestAnimationFrame(() => { status.textContent = window.footnoteWords.copied; });
  };
  wear();
})();
