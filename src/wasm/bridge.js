/** Creates an Error of the package from its name, code and message, separated by spaces. */
export const failure = (text) => {
  const [name, code] = text.split(" ", 2);
  return Object.assign(new Error(text.slice(name.length + code.length + 2)), { name, code });
};
