// Every effect: those in the chain are lit, in their order from camera to projector; a tap takes one
// out or puts it in.

import { fire, on } from "./link.js";
import { byId, make, words } from "./make.js";

let all = [];
let drawn = "";

function build(order) {
  const wanted = JSON.stringify([order, all]);
  if (wanted === drawn) return;
  drawn = wanted;
  const rest = all.filter((name) => !order.includes(name));
  byId("effects").replaceChildren(...[...order, ...rest].map((name) => {
    const chip = make("button", { type: "button", className: "chip", textContent: words(name) });
    chip.setAttribute("aria-pressed", order.includes(name));
    chip.dataset.effect = name;
    chip.onclick = () => fire("chain.toggle", name);
    return chip;
  }));
}

on("show", ({ effects = [], triggers }) => {
  all = "chain.toggle" in triggers ? effects : [];
  byId("chain").hidden = !all.length;
});
on("health", ({ stage }) => stage?.order && build(stage.order));
