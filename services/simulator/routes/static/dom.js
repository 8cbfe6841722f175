// Elements without markup in strings.

/** An element with properties (class, dataset and aria-… included) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.includes("-") || name === "role") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Shows what went wrong, until the next success. */
export function showProblem(text) {
  const place = document.getElementById("problem");
  place.textContent = text;
  place.hidden = !text;
}
