"""The look of the page: a well-set page with footnotes, light and dark."""

import streamlit as st

FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" '
    'rx="7" fill="#8a3324"/><path d="M8 25V9h11v3h-7v4h6v3h-6v6zM23 14V8l-2 1V7l3-2h1v9z" '
    'fill="#fdfcf9"/></svg>'
)

_CSS = """
html {
  color-scheme: light dark;
  --fn-text: light-dark(#23201b, #e9e4da);
  --fn-muted: light-dark(#665f53, #aaa293);
  --fn-accent: light-dark(#8a3324, #eb9d8a);
  --fn-rule: light-dark(#ddd6c8, #413d36);
  --fn-card: light-dark(#f7f4ed, #222019);
  --fn-mark: light-dark(#fbe7a1, #5c4a14);
  --fn-serif: "Source Serif", Georgia, "Times New Roman", serif;
}
[data-testid="stMainBlockContainer"] { max-width: 46rem; padding-top: 1.5rem; }
[data-testid="stMainBlockContainer"] { padding-bottom: 0; }
[data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] {
  min-height: calc(100dvh - 1.5rem);
}
.st-key-header { min-height: 2.5rem; }
[data-testid="stLayoutWrapper"]:has(> .st-key-input) {
  position: sticky; bottom: 0; margin-top: auto; padding: .5rem 0 1.25rem; z-index: 5;
  background: light-dark(#fdfcf9, #1a1917);
}
[data-testid="stHeader"] { background: none; height: 0; }
.fn-text { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
.fn-text > mark, .fn-document mark {
  background: var(--fn-mark); color: inherit; padding: .1em .1em; border-radius: 2px;
  box-decoration-break: clone; -webkit-box-decoration-break: clone;
}
.fn-brand { font: 600 1.15rem/1 var(--fn-serif); letter-spacing: .01em; margin: 0; padding: 0; }
.fn-brand sup { color: var(--fn-accent); font-size: .62em; margin-left: .1em; }
.fn-intro h2 {
  font: 600 clamp(1.9rem, 5vw, 2.6rem)/1.15 var(--fn-serif); padding: 1.2rem 0 .6rem; margin: 0;
}
.fn-intro p { font: 400 1.13rem/1.6 var(--fn-serif); color: var(--fn-muted); margin: 0; }
.fn-heading {
  font-size: .8rem; font-weight: 600; color: var(--fn-muted); letter-spacing: .04em;
  margin: .9rem 0 0; padding: 0;
}
.fn-library .fn-heading { margin-bottom: .4rem; }
.fn-library ul, .fn-notice ul { list-style: none; margin: 0; padding: 0; }
.fn-library li { border-top: 1px solid var(--fn-rule); padding: .6rem 0; margin: 0; }
.fn-library summary { padding: .4rem 0; cursor: pointer; color: var(--fn-muted); }
.fn-title { font-family: var(--fn-serif); font-style: normal; font-weight: 600; }
.fn-origin { display: block; color: var(--fn-muted); font-size: .87rem; line-height: 1.5; }
[tabindex="-1"]:focus { outline: none; }
[class*="st-key-suggestion"] button > div { justify-content: flex-start; text-align: start; }
[class*="st-key-suggestion"] button p { font: 400 1rem/1.4 var(--fn-serif); }
[class*="st-key-ask-"] { gap: .5rem; }
[class*="st-key-open-"] button p, .st-key-new button p {
  color: var(--fn-accent); font-size: .87rem;
}
.fn-question {
  font: 600 1.45rem/1.3 var(--fn-serif); margin: 0; padding: 1.4rem 0 .2rem;
  scroll-margin-top: .5rem;
}
.fn-answer p { font: 400 1.13rem/1.65 var(--fn-serif); margin: 0; }
.fn-marker {
  font: 600 .72em/1 "Source Sans", sans-serif; vertical-align: .35em; padding: .25em .15em;
  text-decoration: none; color: var(--fn-accent) !important; border-radius: 3px;
}
.fn-marker:hover { text-decoration: underline; }
.fn-verdict { color: var(--fn-muted); font-size: .87rem; margin: .5rem 0 0; }
.fn-unverified { text-decoration: underline dotted var(--fn-muted); text-underline-offset: .25em; }
.fn-reason { color: var(--fn-muted); font-size: .87rem; font-family: "Source Sans", sans-serif; }
.fn-declined, .fn-notice {
  background: var(--fn-card); border-left: 3px solid var(--fn-rule); border-radius: 4px;
  padding: .8rem 1rem;
}
.fn-notice { margin: .6rem 0; font-size: .93rem; }
.fn-notice summary { cursor: pointer; }
.fn-notice li { color: var(--fn-muted); padding: .3rem 0 0; margin: 0; }
.fn-error { border-left-color: var(--fn-accent); }
[class*="st-key-card-"] {
  border-top: 1px solid var(--fn-rule); padding-top: .7rem; gap: .1rem;
}
.fn-source { scroll-margin-top: 1rem; border-radius: 4px; }
.fn-source:target { background: var(--fn-card); box-shadow: 0 0 0 .5rem var(--fn-card); }
.fn-place { font-size: .93rem; line-height: 1.45; margin: 0; }
.fn-number { color: var(--fn-accent); font-weight: 600; }
.fn-section { color: var(--fn-muted); }
.fn-section::before { content: "· "; }
.fn-source blockquote {
  font: 400 .97rem/1.6 var(--fn-serif); margin: .4rem 0 0; padding: 0; border: 0;
  color: var(--fn-muted);
}
.fn-difference { font-weight: 600; }
.fn-lookalikes { margin: 0; padding-left: 1.2em; }
.fn-source mark { color: var(--fn-text); }
.fn-about { border-bottom: 1px solid var(--fn-rule); padding-bottom: .7rem; }
.fn-about .fn-title { font-size: 1.2rem; line-height: 1.3; display: block; }
.fn-rights { color: var(--fn-muted); font-size: .8rem; margin: .2rem 0 0; }
.fn-document { font: 400 1.03rem/1.65 var(--fn-serif); overflow-wrap: anywhere; }
.fn-document > div { white-space: pre-wrap; margin-bottom: .7em; min-height: .4em; }
.stApp a:focus-visible, .stApp button:focus-visible, .stApp summary:focus-visible,
#fn-opened:focus-visible, [role="dialog"] button:focus-visible {
  outline: 2px solid var(--fn-accent) !important; outline-offset: 2px;
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after {
    animation-duration: .01ms !important; transition-duration: .01ms !important;
    scroll-behavior: auto !important;
  }
}
"""


def draw_styles() -> None:
    """Put the style sheet into the page."""
    st.html(f"<style>{_CSS}</style>")
