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
  --fn-page: light-dark(#fdfcf9, #1a1917);
  --fn-mark: light-dark(#fbe7a1, #5c4a14);
  --fn-light: light-dark(#f5edd2, #383119);
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
  background: var(--fn-page);
}
[data-testid="stLayoutWrapper"]:has(> .st-key-input)::before {
  content: ""; position: absolute; inset: auto 0 100%; height: 1.25rem; pointer-events: none;
  background: linear-gradient(transparent, var(--fn-page));
}
[data-testid="stHeader"] { background: none; height: 0; }
.stApp [data-testid="stHeader"], .stApp [data-testid="stToolbar"] { pointer-events: none; }
.fn-text { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; }
.fn-source mark, .fn-document mark {
  background: var(--fn-mark); color: inherit; padding: .1em .1em; border-radius: 2px;
  box-decoration-break: clone; -webkit-box-decoration-break: clone;
}
.fn-brand {
  font: 600 1.15rem/2.5rem var(--fn-serif); letter-spacing: .01em; margin: 0; padding: 0;
}
.fn-brand sup { line-height: 0; color: var(--fn-accent); font-size: .62em; margin-left: .1em; }
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
.st-key-new button p {
  color: var(--fn-accent); font-size: .87rem;
}
.fn-question {
  font: 600 1.45rem/1.3 var(--fn-serif); margin: 0; padding: 1.4rem 0 .2rem;
  scroll-margin-top: .5rem;
}
.fn-answer p { font: 400 1.16rem/1.7 var(--fn-serif); margin: 0; text-wrap: pretty; }
.fn-answer p + p { margin-top: .55em; }
[data-testid="stExpandSidebarButton"] { background: var(--fn-page); pointer-events: auto; }
.fn-answer strong, mark strong { font-weight: 700; }
.stApp .fn-marker {
  font: 600 .72em/1 "Source Sans", sans-serif; vertical-align: .35em; padding: .35em .2em;
  text-decoration: none; color: var(--fn-accent); border-radius: 3px; cursor: pointer;
  scroll-margin-block: 3rem 11rem; /* clear of the input */
}
.stApp .fn-marker:hover { background: var(--fn-mark); color: var(--fn-text); }
.fn-check { font: .6em/1 sans-serif; color: var(--fn-muted); vertical-align: .5em; }
.fn-tail, .fn-understood, .fn-copies, .fn-verdict, .fn-reason { color: var(--fn-muted); }
.fn-understood, .fn-verdict, .fn-copies { font-size: .87rem; margin: .6rem 0 0; }
.fn-understood { margin: 0 0 .5rem; font-style: italic; }
.fn-verdict summary, .fn-source summary { cursor: pointer; }
.fn-source summary { font-size: .83rem; color: var(--fn-muted); width: max-content; }
.fn-verdict ul { list-style: none; margin: .5rem 0; padding: 0 0 0 .9rem; }
.fn-verdict ul, .fn-verdict > p { border-left: 2px solid var(--fn-rule); padding-left: .9rem; }
.fn-verdict li { margin: 0 0 .4rem; padding: 0; }
.fn-verdict li q { font-family: var(--fn-serif); color: var(--fn-text); }
.fn-verdict li > span { display: block; }
.fn-verdict p { font-size: inherit; margin: 0; }
.fn-verdict .fn-marker { vertical-align: baseline; font-size: 1em; }
.fn-copy {
  font: inherit; color: var(--fn-accent); background: none; border: 0; padding: .2rem;
  text-decoration: underline; text-underline-offset: .2em; cursor: pointer;
}
.fn-unverified { text-decoration: underline dotted var(--fn-muted); text-underline-offset: .25em; }
.fn-reason { font-size: .87rem; font-family: "Source Sans", sans-serif; }
.fn-declined, .fn-notice {
  background: var(--fn-card); border-left: 3px solid var(--fn-rule); border-radius: 4px;
  padding: .8rem 1rem;
}
.fn-declined .fn-heading { margin: 0 0 .3rem; }
.fn-notice { margin: .6rem 0; font-size: .93rem; }
.fn-notice summary { cursor: pointer; }
.fn-notice li { color: var(--fn-muted); font-size: inherit; padding: .3rem 0 0; margin: 0; }
.fn-error { border-left-color: var(--fn-accent); }
.fn-source { border-top: 1px solid var(--fn-rule); padding: .55rem 0; margin-top: .4rem; }
.fn-source + .fn-source { margin-top: 0; }
.fn-source p { margin: 0; }
.fn-place { font-size: .93rem; line-height: 1.45; }
.stApp .fn-source > .fn-marker, .stApp .fn-source p > .fn-marker {
  font-size: .87rem; vertical-align: baseline; padding: .2rem 0;
}
.fn-section { color: var(--fn-muted); }
.fn-section::before { content: "· "; }
.fn-source blockquote {
  font: 400 .97rem/1.6 var(--fn-serif); margin: .4rem 0 0; padding: 0; border: 0;
  color: var(--fn-muted);
}
.fn-source mark { color: var(--fn-text); }
.fn-aside { border-left: 3px solid var(--fn-rule); padding-left: 1rem; margin-top: .6rem; }
.fn-aside .fn-source { border: 0; padding: .1rem 0 .4rem; margin: 0; }
.fn-aside .fn-heading { margin-top: 0; }
.fn-difference { font-weight: 600; font-size: .93rem; }
.stApp .fn-lookalikes { list-style: none; margin: .3rem 0 0; padding: 0; }
.fn-lookalikes li { margin: 0; padding: 0; }
.fn-tip {
  position: fixed; z-index: 1000010; width: min(25rem, calc(100vw - 1.5rem)); max-height: 40dvh;
  overflow: auto; background: var(--fn-page); color: var(--fn-text); padding: .7rem .9rem;
  border: 1px solid var(--fn-rule); border-radius: 6px; box-shadow: 0 6px 24px rgb(0 0 0 / .18);
}
.fn-tip p { margin: 0; }
.fn-tip-quote {
  font: 400 .97rem/1.55 var(--fn-serif); overflow-wrap: anywhere; padding-bottom: .45rem;
}
.fn-tip-place { display: block; font-size: .83rem; line-height: 1.4; }
.fn-quiet {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap;
}
.fn-reader {
  --fn-reader: clamp(22rem, 37vw, 44rem); position: fixed; inset: 0 0 0 auto; z-index: 1000000;
  width: var(--fn-reader); display: flex; flex-direction: column; background: var(--fn-card);
  color: var(--fn-text); border-left: 1px solid var(--fn-rule);
}
.fn-reader[hidden] { display: none; }
html.fn-reading .stApp { right: clamp(22rem, 37vw, 44rem); }
html.fn-reading [data-testid="stMainBlockContainer"] { padding-inline: clamp(1rem, 2.5vw, 5rem); }
.fn-reader-head { padding: .7rem 1.4rem .7rem; border-bottom: 1px solid var(--fn-rule); }
.fn-reader-bar { display: flex; align-items: center; gap: .15rem; margin-right: -.5rem; }
.fn-reader-where { flex: 1; font-size: .87rem; font-weight: 600; color: var(--fn-accent); }
.fn-reader-button {
  font: 1.05rem/1 sans-serif; width: 2.25rem; height: 2.25rem; color: var(--fn-text);
  background: none; border: 0; border-radius: 6px; cursor: pointer;
}
.fn-reader-button:hover { background: var(--fn-rule); }
.fn-reader .fn-title { font-size: 1.12rem; line-height: 1.3; margin: 0; padding: 0; }
.fn-reader .fn-origin { font-size: .83rem; margin: .2rem 0 0; }
.fn-document {
  flex: 1; overflow: auto; padding: 1rem 1.4rem 3rem; font: 400 1.03rem/1.65 var(--fn-serif);
  overflow-wrap: anywhere; overscroll-behavior: contain; hanging-punctuation: first;
}
.fn-document > div {
  white-space: pre-wrap; margin-bottom: .7em; min-height: .4em; content-visibility: auto;
  contain-intrinsic-size: auto 6em;
}
.fn-document .fn-headline { font-weight: 600; }
.fn-document .fn-page {
  font: 600 .75rem/1 "Source Sans", sans-serif; color: var(--fn-muted); text-align: center;
  margin: 1.6em 0 1em; letter-spacing: .04em;
}
.fn-document mark { background: var(--fn-light); }
.fn-document mark.fn-chosen { background: var(--fn-mark); }
.fn-document mark:focus { outline: none; }
.stApp a:focus-visible, .stApp button:focus-visible, .stApp summary:focus-visible,
.fn-reader button:focus-visible, .fn-document:focus-visible,
[role="dialog"] button:focus-visible {
  outline: 2px solid var(--fn-accent) !important; outline-offset: 2px;
}
.fn-document:focus-visible { outline-offset: -2px; }
@media (max-width: 700px) {
  .fn-reader {
    inset: auto 0 0; width: auto; height: 58dvh; border-left: 0;
    border-top: 1px solid var(--fn-rule); box-shadow: 0 -6px 24px rgb(0 0 0 / .12);
  }
  html.fn-reading .stApp { right: 0; bottom: 58dvh; }
  html.fn-reading [data-testid="stMain"] { height: 42dvh; }
  html.fn-reading [data-testid="stLayoutWrapper"]:has(> .st-key-input) { display: none; }
  [data-testid="stMainBlockContainer"] { padding-top: 0; margin-top: -1rem; }
  [data-testid="stMainBlockContainer"] > [data-testid="stVerticalBlock"] {
    min-height: calc(100dvh + 1rem);
  }
  [data-testid="stLayoutWrapper"]:has(> .st-key-header) {
    position: sticky; top: 0; padding: .5rem 0; z-index: 4; background: var(--fn-page);
  }
  .fn-brand { padding-left: 2.6rem; }
  .fn-brand:has(+ .fn-view) { padding-top: .5rem; }
  .fn-question { scroll-margin-top: 3.5rem; }
  .fn-reader-head { padding: .4rem 1rem .5rem; }
  .fn-reader .fn-title { font-size: 1rem; }
  .fn-reader .fn-origin { display: none; }
  .fn-document { padding: .8rem 1rem 2rem; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after {
    animation-duration: .01ms !important; transition: none !important;
    scroll-behavior: auto !important;
  }
}
"""


def draw_styles() -> None:
    """Put the style sheet into the page."""
    st.html(f"<style>{_CSS}</style>")
