// The owner's token, which opens the receiver's /lifecycle: for this tab only, and never in the address.
const NAME = "owner-token";
/** Characters that a header can carry. */
const TOKEN = /^[\x21-\x7e]+$/;

// Storage may be blocked; then a token lasts as long as the page.
let kept = null;

export const isToken = (text) => TOKEN.test(text);

export function token() {
  try {
    return sessionStorage.getItem(NAME) ?? kept;
  } catch {
    return kept;
  }
}

export function keepToken(text) {
  kept = text;
  try {
    if (text === null) sessionStorage.removeItem(NAME);
    else sessionStorage.setItem(NAME, text);
  } catch {
    // As above.
  }
}

/** Takes `#token=…` out of the address at once, so that it is in no history, bookmark or screenshot. */
export function takeToken() {
  const [, text] = /^#token=(.+)$/.exec(location.hash) ?? [];
  if (text === undefined) return;
  history.replaceState(history.state, "", location.pathname + location.search);
  const given = decode(text);
  if (isToken(given)) keepToken(given);
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
