// What cannot be taken back is asked for twice: the first tap changes the button's words and colour.

import { make } from "./make.js";

const PATIENCE = 3000;
const BOUNCE = 400; // ms; what comes sooner, or goes on without a pause, is the same tap

// `again` are the words of the question. Both lie in the button all the time, so that it keeps its
// size and its place under the finger. `first` may take a tap for itself, as MIDI learn does.
export function twice(button, again, act, first = () => false) {
  let asked = false;
  let since = -Infinity;
  let waiting = 0;
  button.replaceChildren(make("span", { textContent: button.textContent }), make("span", { textContent: again }));
  button.classList.add("twice");
  button.setAttribute("aria-live", "polite");
  const ask = (now) => {
    clearTimeout(waiting);
    asked = now;
    button.classList.toggle("asks", now);
    if (now) waiting = setTimeout(ask, PATIENCE, false);
  };
  button.addEventListener("click", () => {
    if (!asked && first()) return;
    const pause = performance.now() - since;
    since = performance.now();
    if (asked && pause < BOUNCE) return;
    if (asked) act();
    ask(!asked);
  });
}
