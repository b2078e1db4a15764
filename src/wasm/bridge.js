/** An Error as the package throws it, from its name, its code and its message with a space between. */
export const failure = (text) => {
  const [name, code] = text.split(" ", 2);
  return Object.assign(new Error(text.slice(name.length + code.length + 2)), { name, code });
};
