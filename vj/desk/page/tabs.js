// On a phone one part of the page at a time; where there is room, all of them.

import { byId } from "./make.js";

const tabs = [...byId("tabs").children];

function turn(name) {
  document.body.dataset.tab = name;
  for (const tab of tabs) tab.setAttribute("aria-selected", tab.dataset.tab === name);
  scrollTo(0, 0);
  dispatchEvent(new Event("turned"));
}

for (const tab of tabs) tab.addEventListener("click", () => turn(tab.dataset.tab));
turn(document.body.dataset.tab);
