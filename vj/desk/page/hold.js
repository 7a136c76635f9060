// What is up only while a finger is on it. It is said again and again while the finger is down: the
// desk lets go of what it was not told for a second, when the page or its network is gone.

import { send } from "./link.js";
import { value } from "./values.js";

const RENEW = 250;
const TAP = 300; // ms; what is let go sooner was a tap
const ON_ITS_WAY = 500;

const down = new Set(); // what lets go of each thing that is held
const said = new Map(); // name -> [value, when]: our own word is newer than the news

export const standing = (name) => {
  const [told, at] = said.get(name) ?? [0, -Infinity];
  return performance.now() - at < ON_ITS_WAY ? told : value(name);
};

const say = (name, worth) => {
  said.set(name, [worth, performance.now()]);
  send({ set: name, value: worth });
};

document.addEventListener("visibilitychange", () => document.hidden && down.forEach((release) => release(true)));

// `wish` says what a press does, {set, value, back}, or nothing; `taps`: a tap stays as it is.
export function holds(element, wish, taps = false) {
  let held = null;
  let finger = null;
  let since = 0;
  let renewing = 0;
  const press = (by) => {
    const wished = held ? null : wish();
    if (!wished) return;
    [held, finger, since] = [wished, by, performance.now()];
    const renew = () => (element.isConnected ? send({ ...held, hold: true }) : drop());
    renew();
    renewing = setInterval(renew, RENEW);
    element.classList.add("held");
    down.add(release);
  };
  const drop = () => { // another scene has no such button, and values of its own
    clearInterval(renewing);
    held = finger = null;
    down.delete(release);
    element.classList.remove("held");
  };
  const release = (lost) => {
    if (!held) return;
    const { set, value: up, back } = held;
    drop();
    say(set, taps && !lost && performance.now() - since < TAP ? up : back);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    press(event.pointerId);
    if (finger === event.pointerId) element.setPointerCapture(finger);
  });
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture"]) {
    element.addEventListener(kind, (event) => event.pointerId === finger && release(kind !== "pointerup"));
  }
  const key = ({ key: name }) => name === " " || name === "Enter";
  element.addEventListener("keydown", (event) => {
    if (!key(event)) return;
    event.preventDefault(); // it would be a click as well
    if (!event.repeat) press("key");
  });
  element.addEventListener("keyup", (event) => {
    if (!key(event)) return;
    event.preventDefault();
    if (finger === "key") release(false);
  });
  element.addEventListener("blur", () => finger === "key" && release(true));
  element.addEventListener("contextmenu", (event) => event.preventDefault());
  element.addEventListener("click", (event) => {
    const wished = event.detail === 0 && taps && !held ? wish() : null; // a screen reader's
    if (wished) say(wished.set, wished.value);
  });
}
