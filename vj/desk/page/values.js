// Every parameter as the show has it now, and who on the page draws it. The page has no state of its own.

import { on } from "./link.js";

export const params = new Map(); // name -> what the show says it is
export const known = new Map(); // name -> [natural value, fader position 0..1]
const shown = new Map(); // name -> functions that redraw it

export const value = (name) => known.get(name)?.[0] ?? params.get(name)?.default ?? 0;

export function show(name, draw) {
  if (!shown.has(name)) shown.set(name, new Set());
  shown.get(name).add(draw);
  if (known.has(name)) draw(...known.get(name));
  return () => shown.get(name)?.delete(draw);
}

// Draws what `build` makes, and forgets the drawers of what it made the time before.
export function rebuilt(build) {
  let former = [];
  return (...given) => {
    for (const forget of former) forget();
    former = [];
    build((name, draw) => former.push(show(name, draw)), ...given);
  };
}

on("show", ({ params: list }) => {
  params.clear();
  known.clear();
  for (const param of list) params.set(param.name, param);
});

on("state", ({ values }) => {
  for (const [name, pair] of Object.entries(values)) {
    known.set(name, pair);
    for (const draw of shown.get(name) || []) draw(...pair);
  }
});
