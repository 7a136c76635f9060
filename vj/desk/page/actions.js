// Buttons for whatever the show can be told; those it knows have a place and a short word.

import { fire, on } from "./link.js";
import { byId, make, words } from "./make.js";
import { learnable } from "./learn.js";
import { params, rebuilt } from "./values.js";

const PLACES = {
  big: { "blackout.toggle": "Blackout", "freeze.toggle": "Freeze", tap: "Tap", panic: "Panic" },
  cue: { "scene.previous": "\u25c0 back", "scene.next": "next \u25b6", "cue.hold": "hold" },
  tempo: { "tempo.resync": "one", "tempo.nudge": "nudge" },
  keep: {
    "scene.save": "Save scene", "scene.duplicate": "Save as new", "scene.undo": "Undo save",
    "rewind.5": "\u21ba 5 s", "rewind.10": "\u21ba 10 s", "rewind.20": "\u21ba 20 s", "rewind.save": "Keep the last look",
  },
  catch: { "record.toggle": "Record", snapshot: "Snapshot" },
};
const ELSEWHERE = ["scene.go", "rewind.recall", "map.move", "map.reset", "map.save"]; // drawn by others, or need words
const WAYS = { "tempo.nudge": [["\u2212", -0.02], ["+", 0.02]] };

const known = new Set(Object.values(PLACES).flatMap(Object.keys));
const elsewhere = (name) => ELSEWHERE.includes(name) || name.startsWith("learn");

function action(show, name, word, doc, argument) {
  const button = make("button", { type: "button", textContent: word, title: doc });
  button.dataset.trigger = name;
  button.addEventListener("click", () => learnable(name) || fire(name, argument));
  const [param, way] = name.split(".");
  if (way === "toggle" && params.has(param)) show(param, (now) => button.setAttribute("aria-pressed", now >= 0.5));
  return button;
}

const build = rebuilt((show, triggers) => {
  for (const [place, names] of Object.entries(PLACES)) {
    const there = Object.entries(names).filter(([name]) => name in triggers);
    byId(place)?.replaceChildren(...there.flatMap(([name, word]) =>
      (WAYS[name] || [[word]]).map(([text, argument]) => action(show, name, text, triggers[name], argument))));
  }
  const rest = Object.entries(triggers).filter(([name]) => !known.has(name) && !elsewhere(name));
  byId("rest")?.replaceChildren(...rest.map(([name, doc]) => {
    const [group, way] = name.split(".");
    const word = !way ? group : way === "toggle" ? group : `${group} ${way}`;
    return action(show, name, words(word), doc);
  }));
});

on("show", ({ triggers }) => build(triggers));
on("health", ({ stage = {} }) => {
  const lit = { "record.toggle": stage.record?.on ?? stage.record?.to, "cue.hold": stage.hold };
  for (const [name, now] of Object.entries(lit)) {
    document.querySelector(`[data-trigger="${name}"]`)?.setAttribute("aria-pressed", Boolean(now));
  }
});
