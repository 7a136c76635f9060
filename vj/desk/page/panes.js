// Live pictures: the output, and for the operator what goes into it. Raw pixels, no codec.

import { home, on, send } from "./link.js";

const PANES = ["output", "source", "painting", "matte", "edges"]; // the numbers the desk gives them
const WORDS = { output: "output", source: "source", painting: "painting", matte: "matte", edges: "edges" };

const panes = [...document.querySelectorAll("[data-pane]")];
let looking = home;
try {
  looking = JSON.parse(sessionStorage.getItem("looking")) ?? home;
} catch { /* a browser that keeps nothing */ }

const ask = () => {
  const seen = panes.filter((pane) => pane.offsetParent !== null).map((pane) => pane.dataset.pane);
  send({ preview: looking && !document.hidden ? seen : [] });
};

function say() {
  for (const pane of panes) {
    const word = pane.querySelector(".word");
    if (word) word.textContent = looking ? `no ${WORDS[pane.dataset.pane]} yet` : "tap for the live picture";
  }
}

for (const pane of panes) {
  if (pane.tagName !== "BUTTON") continue;
  pane.addEventListener("click", () => {
    looking = !looking;
    try {
      sessionStorage.setItem("looking", looking);
    } catch { /* then it is forgotten */ }
    for (const one of panes) {
      one.classList.remove("on");
      const canvas = one.querySelector("canvas");
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
    }
    say();
    ask();
  });
}

on("picture", (data) => {
  const head = new DataView(data);
  const [width, height] = [head.getUint16(0, true), head.getUint16(2, true)];
  const pane = panes.find((one) => one.dataset.pane === PANES[head.getUint8(8)]);
  if (!pane || !looking) return;
  const canvas = pane.querySelector("canvas");
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(data, 12), width, height), 0, 0);
  pane.classList.add("on");
});

say();
on("open", ask);
addEventListener("resize", ask);
addEventListener("turned", ask); // another tab of the page is seen
document.addEventListener("visibilitychange", ask);
