// A row of style pictures for people and one for everything else.

import { on, send } from "./link.js";
import { byId, make, words } from "./make.js";
import { draw, stylePath } from "./pictures.js";
import { params, rebuilt } from "./values.js";

function plates(show, param) {
  const row = make("div", { className: "plates" });
  param.choices.forEach((word, index) => {
    const canvas = draw(stylePath(word), make("canvas"));
    const button = make("button", { type: "button" }, canvas, make("span", { textContent: words(word) }));
    button.onclick = () => send({ set: param.name, value: index });
    show(param.name, (value) => {
      const chosen = Math.round(value) === index;
      if (chosen && button.getAttribute("aria-pressed") !== "true") {
        row.scrollTo({ left: button.offsetLeft - row.offsetLeft - row.clientWidth / 3 });
      }
      button.setAttribute("aria-pressed", chosen);
    });
    row.append(button);
  });
  const title = param.name === "style.person" ? "People" : "Background";
  return make("div", { className: "styles" }, make("div", { className: "head" }, make("h2", { textContent: title })), row);
}

const build = rebuilt((show) => {
  const knobs = ["style.person", "style.background"].map((name) => params.get(name));
  byId("styles").replaceChildren(
    ...knobs.filter((param) => param?.choices.length > 1).map((param) => plates(show, param)));
});

on("show", () => build());
