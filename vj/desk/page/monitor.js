// What comes in from every hand, live: the first thing to look at when a knob does nothing.

import { on, send } from "./link.js";
import { byId, make } from "./make.js";

const MOST = 200;
const entries = new Map(); // number -> row; the desk merges repeats under new numbers
let filter = "";
let paused = false;

const time = (at) => new Date(at * 1000).toLocaleTimeString([], { hour12: false });

function row({ at, hand, what, value, became, taken, count }) {
  const text = [
    make("time", { textContent: time(at) }),
    make("b", { textContent: hand }),
    make("span", { className: "what", textContent: `${what} ${value}`.trim() }),
    make("span", { className: "became", textContent: taken ? `\u2192 ${became}` : became || "unknown" }),
  ];
  if (count > 1) text.push(make("em", { textContent: `\u00d7${count}` }));
  const line = make("li", { className: taken ? "" : "refused" }, ...text);
  line.dataset.text = `${hand} ${what} ${value} ${became}`.toLowerCase();
  line.hidden = !line.dataset.text.includes(filter);
  return line;
}

const panel = byId("monitor");
const list = byId("heard");
const wanted = () => panel.open && !document.hidden;
const ask = () => send({ monitor: wanted() });

on("heard", (news) => {
  if (paused) return;
  for (const entry of news.entries) {
    if (entries.has(entry.n)) continue;
    entries.set(entry.n, list.insertBefore(row(entry), list.firstChild));
  }
  while (entries.size > MOST) {
    const [oldest, line] = entries.entries().next().value;
    line.remove();
    entries.delete(oldest);
  }
});
on("open", () => {
  entries.clear();
  list.replaceChildren();
  ask();
});
panel.addEventListener("toggle", ask);
document.addEventListener("visibilitychange", ask);
byId("filter").addEventListener("input", ({ target }) => {
  filter = target.value.trim().toLowerCase();
  for (const line of entries.values()) line.hidden = !line.dataset.text.includes(filter);
});
byId("pause").addEventListener("click", ({ currentTarget }) => {
  paused = !paused;
  currentTarget.setAttribute("aria-pressed", paused);
  currentTarget.textContent = paused ? "go on" : "pause";
});
