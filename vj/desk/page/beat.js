// The beat light: runs on between the news with the show's own tempo.

import { on } from "./link.js";
import { byId } from "./make.js";

let beat = 0;
let bpm = 0;
let heard = 0;

on("health", (news) => {
  [beat, bpm, heard] = [news.beat, news.bpm, performance.now()];
});

function light() {
  const now = beat + ((performance.now() - heard) / 60000) * bpm;
  const phase = now - Math.floor(now);
  const lamp = byId("beat");
  lamp.style.setProperty("--glow", bpm ? (Math.max(0, 1 - phase * 2.2) ** 1.5).toFixed(3) : 0);
  lamp.classList.toggle("one", Math.floor(now) % 4 === 0);
  lamp.title = `${bpm.toFixed(1)} bpm`;
  byId("bpm").textContent = bpm ? Math.round(bpm) : "";
  requestAnimationFrame(light);
}
requestAnimationFrame(light);
