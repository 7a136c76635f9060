// The right control for a parameter: a fader, a switch, or a list.

import { send } from "./link.js";
import { make, words } from "./make.js";
import { fader, figure, named } from "./fader.js";
import { holds } from "./hold.js";
import { learnable } from "./learn.js";
import { value } from "./values.js";

export function toggle(show, param, alone) {
  const found = make("button", { type: "button", className: "switch", title: param.doc }, named(param, alone));
  found.dataset.name = param.name;
  found.setAttribute("role", "switch");
  show(param.name, (now) => found.setAttribute("aria-checked", now >= 0.5));
  found.onclick = () => {
    if (!learnable(param.name)) send({ set: param.name, value: value(param.name) >= 0.5 ? 0 : 1 });
  };
  return found;
}

// At the far end of its range while it is pressed, as a pad of a controller.
export function spring(show, param, [low, high]) {
  const worth = make("span", { className: "worth" });
  const found = make("button", { type: "button", className: "fader spring", title: param.doc }, named(param, true), worth);
  found.dataset.name = param.name;
  holds(found, () => (learnable(param.name) ? null : { set: param.name, value: high, back: low }));
  show(param.name, (now, where) => {
    worth.textContent = param.kind === "switch" ? "hold" : figure(param, now);
    found.style.setProperty("--at", where);
  });
  return found;
}

export function list(show, param) {
  const found = make("select");
  found.setAttribute("aria-label", `${param.group} ${param.label}`);
  found.append(...param.choices.map((word, index) => make("option", { value: index, textContent: words(word) })));
  show(param.name, (now) => (found.value = Math.round(now)));
  found.onchange = () => send({ set: param.name, value: Number(found.value) });
  return found;
}

export function control(show, param, alone) {
  if (param.kind === "switch") return toggle(show, param, alone);
  if (param.kind !== "choice") return fader(show, param, alone);
  return make("label", { className: "pick", title: param.doc }, named(param, alone), list(show, param));
}
