// A fader moves by how far the finger goes, not to where it lands: scrolling never makes it jump.
// Each has its own finger, so as many move at a time as there are fingers.

import { send, sendSoon } from "./link.js";
import { make, words } from "./make.js";
import { known } from "./values.js";
import { ghost } from "./ghosts.js";
import { learnable } from "./learn.js";

const QUIET = 500; // ms our own hand knows better than the news

export function figure(param, value) {
  const span = param.high - param.low;
  return value.toFixed(param.kind === "int" ? 0 : span > 20 ? 1 : 2);
}

// In its group a parameter needs only its own word; among a scene's faders both, and what it does.
export function named(param, alone) {
  const full = alone && param.group !== "show" ? `${words(param.group)} ${param.label}` : param.label;
  const label = make("span", { className: "name", textContent: full });
  if (alone) label.append(make("small", { textContent: param.doc }));
  return label;
}

export function fader(show, param, alone) {
  const worth = make("span", { className: "worth" });
  const bar = make("div", { className: "fader", tabIndex: 0, title: param.doc }, named(param, alone), worth);
  bar.dataset.name = param.name;
  bar.setAttribute("role", "slider");
  bar.setAttribute("aria-label", `${param.group} ${param.label}`);
  bar.setAttribute("aria-valuemin", param.low);
  bar.setAttribute("aria-valuemax", param.high);
  let position = 0;
  let grip = null;
  let quietUntil = 0;
  const place = (where) => {
    position = Math.min(Math.max(where, 0), 1);
    bar.style.setProperty("--at", position);
  };
  const move = (where) => {
    place(where);
    quietUntil = performance.now() + QUIET;
    sendSoon(param.name, { set: param.name, norm: position });
  };
  const settle = () => {
    if (!grip && performance.now() >= quietUntil && known.has(param.name)) place(known.get(param.name)[1]);
  };
  show(param.name, (value, where) => {
    worth.replaceChildren(figure(param, value));
    if (param.unit) worth.append(make("em", { textContent: ` ${param.unit}` }));
    bar.setAttribute("aria-valuenow", value);
    if (!grip && performance.now() > quietUntil) place(where);
  });
  bar.addEventListener("pointerdown", (event) => {
    if (learnable(param.name)) return;
    grip = { id: event.pointerId, x: event.clientX, from: position, moves: false };
    bar.setPointerCapture(event.pointerId);
    bar.classList.add("held");
  });
  bar.addEventListener("pointermove", (event) => {
    if (grip?.id !== event.pointerId) return;
    const way = event.clientX - grip.x;
    if ((grip.moves ||= Math.abs(way) > 4)) move(grip.from + way / bar.clientWidth);
  });
  const release = () => {
    grip = null;
    bar.classList.remove("held");
    setTimeout(settle, QUIET + 50);
  };
  bar.addEventListener("pointerup", release);
  bar.addEventListener("pointercancel", release);
  bar.addEventListener("dblclick", () => send({ set: param.name, value: param.default }));
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    move(position + step * (event.shiftKey ? 0.1 : 0.02));
    setTimeout(settle, QUIET + 50);
  });
  ghost(bar, param.name, () => position);
  return bar;
}
