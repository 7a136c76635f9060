// Where a controller's fader stands while it has not picked its value up, and which way to turn it.

import { on } from "./link.js";
import { make } from "./make.js";

const bars = new Set(); // [bar, name, position of the value, mark]
let ghosts = {};

function draw(entry) {
  const [bar, name, position, mark] = entry;
  if (!bar.isConnected) return;
  const found = ghosts[name];
  bar.classList.toggle("caught", Boolean(found?.caught));
  mark.hidden = !found || found.caught;
  if (mark.hidden) return;
  const right = found.at < position();
  mark.style.setProperty("--at", found.at);
  mark.classList.toggle("far", found.at > 0.5);
  mark.textContent = right ? "turn \u25b6" : "\u25c0 turn";
  mark.title = found.device;
}

export function ghost(bar, name, position) {
  const mark = make("span", { className: "ghost", hidden: true });
  bar.append(mark);
  const entry = [bar, name, position, mark];
  bars.add(entry);
  queueMicrotask(() => draw(entry));
}

const redraw = () => {
  for (const entry of bars) entry[0].isConnected ? draw(entry) : bars.delete(entry);
};
on("hands", (news) => {
  ghosts = news.ghosts;
  redraw();
});
on("state", redraw);
