// The faders the scene binds, and below them everything there is, by group.

import { on } from "./link.js";
import { byId, make, words } from "./make.js";
import { control, spring } from "./control.js";
import { params, rebuilt } from "./values.js";

const FEW = ["style.strength", "mix.person", "mix.background", "dream.person", "dream.background", "trails.decay"];
const PAD = /^style\.(pad_|person$|background$)/;

const scene = rebuilt((show, { faders }) => {
  const springs = new Map(faders.filter((one) => one.springs).map(({ name, range }) => [name, range]));
  const bound = faders.map(({ name }) => params.get(name)).filter((one) => one && one.kind !== "choice");
  const free = FEW.map((name) => params.get(name)).filter(Boolean);
  byId("bound").textContent = bound.length ? "This scene" : "Often used";
  byId("faders").replaceChildren(...(bound.length ? bound : free).map((param) =>
    springs.has(param.name) ? spring(show, param, springs.get(param.name)) : control(show, param, true)));
});

const all = rebuilt((show) => {
  const groups = new Map();
  for (const param of params.values()) {
    if (PAD.test(param.name)) continue; // the pad and the plates have them
    if (!groups.has(param.group)) groups.set(param.group, []);
    groups.get(param.group).push(param);
  }
  byId("groups").replaceChildren(...[...groups].map(([name, members]) =>
    make("section", { className: "group" }, make("h3", { textContent: words(name) }),
      make("div", { className: "faders" }, ...members.map((param) => control(show, param, false))))));
});

on("show", () => all());
on("scene", scene);
