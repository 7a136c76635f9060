// Makes elements and words; knows nothing of the show.

export const byId = (id) => document.getElementById(id);

export const make = (tag, attributes = {}, ...children) => {
  const found = Object.assign(document.createElement(tag), attributes);
  found.append(...children);
  return found;
};

export const words = (text) => text.replaceAll("-", " ").replaceAll("_", " ");

export const button = (text, attributes = {}) => make("button", { type: "button", textContent: text, ...attributes });
