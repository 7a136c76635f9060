// How the show is: pictures a second, delay, who is away, and what the audience sees instead.

import { on } from "./link.js";
import { byId, make } from "./make.js";

const strong = (number) => make("b", { textContent: Math.round(number) });

const away = new Set(); // lines that were tapped away; they come back after they were gone

function complain(lines) {
  for (const line of away) if (!lines.includes(line)) away.delete(line);
  const text = lines.filter((line) => !away.has(line)).join("\n");
  byId("trouble").hidden = !text;
  if (text && byId("trouble").textContent !== text) byId("trouble").textContent = text;
}
byId("trouble").addEventListener("click", ({ currentTarget }) => {
  for (const line of currentTarget.textContent.split("\n")) away.add(line);
  currentTarget.hidden = true;
});

on("health", ({ processes, painted_at, rung, trouble, model, source }) => {
  const { stage, infer } = processes;
  const bits = [];
  if (stage?.fps != null) bits.push(strong(stage.fps), " fps");
  if (infer?.fps != null) bits.push(" \u00b7 ", strong(infer.fps), " styled/s");
  if (painted_at < 1) bits.push(" at ", strong(100 * painted_at), " %");
  if (stage?.delay_ms) bits.push(" \u00b7 ", strong(stage.delay_ms), " ms");
  byId("health").replaceChildren(...(bits.length ? bits : ["waiting for the show"]));
  byId("rung").hidden = !rung;
  byId("rung").textContent = rung ? `Now on screen: ${rung}` : "";
  complain(trouble);
  byId("processes").replaceChildren(
    ...Object.entries(processes).map(([name, { alive, error }]) => make("span", {
      className: alive ? (error ? "ill" : "") : "dead",
      textContent: alive ? (error ? `${name}: ${error}` : name) : `${name} is away`,
    })),
    make("em", { textContent: [source, model].filter(Boolean).join(" \u2192 ") }));
});
on("lost", () => (byId("health").textContent = "reconnecting"));
