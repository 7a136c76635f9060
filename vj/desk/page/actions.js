// Buttons for whatever the show can be told; those it knows have a place and a short word.

import { fire, on } from "./link.js";
import { holds, standing } from "./hold.js";
import { byId, make, words } from "./make.js";
import { learnable } from "./learn.js";
import { twice } from "./twice.js";
import { params, rebuilt } from "./values.js";

const PLACES = {
  big: { "blackout.toggle": "Blackout", "freeze.toggle": "Freeze", tap: "Tap", panic: "Panic" },
  cue: { "scene.previous": "\u25c0 back", "scene.next": "next \u25b6", "cue.hold": "hold" },
  tempo: { "tempo.nudge_back": "\u2212 nudge", "tempo.nudge": "nudge +", "tempo.resync": "beat one", "quantise.next": "cues" },
  keep: {
    "scene.save": "Save scene", "scene.duplicate": "Save as new", "scene.undo": "Undo save",
    "rewind.5": "\u21ba 5 s", "rewind.10": "\u21ba 10 s", "rewind.20": "\u21ba 20 s", "rewind.save": "Keep the last look",
  },
  catch: { "record.toggle": "Record", snapshot: "Snapshot" },
};
const ELSEWHERE = /^(scene\.go|rewind\.recall|tempo\.align|map\.(move|reset|save)|chain\..*|learn.*)$/; // drawn by others, or need words
const AGAIN = { "remote.lock": "tap again to lock out" };
const TELLS = { "quantise.next": "cue.quantise" }; // a button that says what a choice is

const known = new Set(Object.values(PLACES).flatMap(Object.keys));

// At once when it is pressed: a tap stays, a longer press lasts as long as the finger.
function turnsOver(button, trigger, param) {
  holds(button, () => {
    if (learnable(trigger)) return null;
    const back = standing(param) >= 0.5 ? 1 : 0;
    return { set: param, value: 1 - back, back };
  }, true);
}

function action(show, name, word, doc) {
  const button = make("button", { type: "button", textContent: word, title: doc });
  button.dataset.trigger = name;
  const [param, way] = name.split(".");
  if (way === "toggle" && params.has(param)) {
    turnsOver(button, name, param);
    show(param, (now) => button.setAttribute("aria-pressed", now >= 0.5));
  } else if (name in AGAIN) {
    twice(button, AGAIN[name], () => fire(name), () => learnable(name));
  } else {
    button.addEventListener("click", () => learnable(name) || fire(name));
  }
  const choice = params.get(TELLS[name]);
  if (choice) show(choice.name, (now) => (button.textContent = `cues: ${words(choice.choices[Math.round(now)])}`));
  return button;
}

const build = rebuilt((show, triggers) => {
  for (const [place, names] of Object.entries(PLACES)) {
    const there = Object.entries(names).filter(([name]) => name in triggers);
    byId(place)?.replaceChildren(...there.map(([name, word]) => action(show, name, word, triggers[name])));
  }
  const rest = Object.entries(triggers).filter(([name]) => !known.has(name) && !ELSEWHERE.test(name));
  byId("rest")?.replaceChildren(...rest.map(([name, doc]) => {
    const [group, way] = name.split(".");
    const word = !way ? group : way === "toggle" ? group : `${group} ${way}`;
    return action(show, name, words(word), doc);
  }));
});

on("show", ({ triggers }) => build(triggers));
let kept = null;
on("health", ({ stage = {} }) => {
  if (byId("kept")) {
    if (kept !== null && stage.kept !== kept) byId("kept").textContent = stage.kept ? `Written: ${stage.kept}` : "";
    kept = stage.kept ?? "";
  }
  const lit = { "record.toggle": stage.record?.on, "cue.hold": stage.held };
  for (const [name, now] of Object.entries(lit)) {
    document.querySelector(`[data-trigger="${name}"]`)?.setAttribute("aria-pressed", Boolean(now));
  }
});
