// Small pictures of styles and scenes, fetched one after another: the show needs the machine more.

import { token } from "./link.js";

const WIDE = 240;
const HIGH = 170;

const found = new Map(); // path -> promise of a small bitmap
let line = Promise.resolve();

async function fetched(path) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(path, { headers });
  if (!answer.ok) throw new Error(answer.statusText);
  const whole = await createImageBitmap(await answer.blob());
  const scale = Math.max(WIDE / whole.width, HIGH / whole.height);
  const [w, h] = [WIDE / scale, HIGH / scale];
  const part = await createImageBitmap(whole, (whole.width - w) / 2, (whole.height - h) / 2, w, h,
    { resizeWidth: WIDE, resizeHeight: HIGH, resizeQuality: "medium" });
  whole.close();
  return part;
}

export function picture(path) {
  if (!found.has(path)) {
    const coming = line.then(() => fetched(path));
    line = coming.catch(() => {});
    found.set(path, coming);
    coming.catch(() => found.delete(path));
  }
  return found.get(path);
}

export const stylePath = (name) => `style/${encodeURIComponent(name)}`;
export const scenePath = (name, edition = 0) => `scene/${encodeURIComponent(name)}?${edition}`;

// Draws a picture into a canvas when it has come; a canvas without one keeps its ground.
export function draw(path, canvas) {
  Object.assign(canvas, { width: WIDE, height: HIGH });
  picture(path)
    .then((part) => {
      canvas.getContext("2d").drawImage(part, 0, 0);
      canvas.dataset.drawn = path;
    })
    .catch(() => canvas.classList.add("blank"));
  return canvas;
}
