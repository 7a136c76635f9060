// The set list with a picture of each scene; the one that plays, and the one that comes.

import { fire, on } from "./link.js";
import { byId, make } from "./make.js";
import { draw, scenePath } from "./pictures.js";

let list = [];
let edition = -1;
let now = "";
let cued = "";

const next = () => {
  const here = list.findIndex(({ name }) => name === now);
  return cued || list[(here + 1) % Math.max(list.length, 1)]?.name || "";
};

function mark() {
  const title = list.find(({ name }) => name === now)?.title;
  if (title) byId("scene").textContent = title;
  for (const button of byId("scenes")?.children ?? []) {
    button.setAttribute("aria-pressed", button.dataset.scene === now);
    button.classList.toggle("next", button.dataset.scene === next() && next() !== now);
  }
  const coming = byId("next");
  const after = list.find(({ name }) => name === next());
  if (coming && after && coming.dataset.scene !== `${after.name} ${edition}`) {
    coming.dataset.scene = `${after.name} ${edition}`;
    coming.replaceChildren(draw(scenePath(after.name, Math.max(edition, 0)), make("canvas")), make("figcaption", { textContent: `next: ${after.title}` }));
  }
}

function build() {
  byId("scenes")?.replaceChildren(...list.map(({ name, title }, index) => {
    const label = make("span", {}, make("i", { textContent: index + 1 }), title);
    const button = make("button", { type: "button" }, draw(scenePath(name, Math.max(edition, 0)), make("canvas")), label);
    button.dataset.scene = name;
    button.onclick = () => fire("scene.go", name);
    return button;
  }));
  mark();
}

on("show", ({ scenes }) => {
  list = scenes;
  now = "";
  build();
});
on("state", ({ scene }) => {
  const other = scene !== now;
  now = scene;
  mark();
  if (other) byId("scenes")?.querySelector("[aria-pressed=true]")?.scrollIntoView?.({ block: "nearest" });
});
on("health", ({ pictures, stage }) => {
  const waits = stage?.cued?.find?.(({ what }) => what === "scene");
  cued = waits?.to || stage?.next || "";
  document.body.classList.toggle("cueing", Boolean(waits));
  const left = waits ? `${Math.ceil(waits.beats)} beats` : stage?.advance_in != null ? `${Math.ceil(stage.advance_in)} s` : "";
  if (byId("set")) byId("set").textContent = left ? `Scenes \u00b7 next in ${left}` : "Scenes";
  if (pictures !== edition) {
    const first = edition < 0;
    edition = pictures;
    const button = byId("scenes")?.querySelector("[aria-pressed=true]");
    if (!first && button) draw(scenePath(now, edition), button.querySelector("canvas"));
  }
  mark();
});
