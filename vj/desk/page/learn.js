// MIDI learn: switch it on, tap what shall be bound, move a control; as many as you like.

import { fire, on } from "./link.js";
import { byId } from "./make.js";

let learning = false;
let everywhere = false;
let waiting = [];

// True when a tap was a wish to learn, and nothing else.
export function learnable(name) {
  if (learning) fire(everywhere ? "learn.rig" : "learn", name);
  return learning;
}

function mark() {
  document.body.classList.toggle("learning", learning);
  for (const button of document.querySelectorAll("[data-learn]")) button.setAttribute("aria-pressed", learning);
  for (const element of document.querySelectorAll("[data-name], [data-trigger]")) {
    const place = waiting.indexOf(element.dataset.name || element.dataset.trigger);
    element.classList.toggle("waits", place >= 0);
    if (place >= 0) element.dataset.place = place === 0 ? "move a control" : place + 1;
  }
}

function learn(wanted) {
  learning = wanted;
  if (!wanted) fire("learn.stop");
  mark();
}

for (const button of document.querySelectorAll("[data-learn]")) {
  button.addEventListener("click", () => learn(!learning));
}
byId("learn-undo")?.addEventListener("click", () => fire("learn.undo"));
byId("learn-rig")?.addEventListener("change", ({ target }) => (everywhere = target.checked));

on("hands", ({ devices, missing, learn: news }) => {
  waiting = news.waiting;
  const names = devices.length ? devices.join(", ") : "no controller is plugged in";
  const away = missing.length ? `; missing: ${missing.join(", ")}` : "";
  if (byId("controllers")) byId("controllers").textContent = names + away;
  const next = waiting.length ? `Move the control for ${waiting.join(", then ")}.` : news.last;
  for (const line of document.querySelectorAll(".learn-line")) {
    line.textContent = learning ? next || "Tap a fader or a button, then move a control." : news.last;
  }
  mark();
});
on("scene", () => queueMicrotask(mark));
