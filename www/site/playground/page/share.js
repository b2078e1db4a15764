// A playground in a link: compressed, in the fragment, which browsers do not send.
import { BYTES, LINK, TooLarge, checkSize, limit } from "./limits.js";

const PREFIX = "#p1=";

/** The first millisecond that is too late for the runtime, in 2106. */
const END = 2 ** 32 * 1000;

export const isShared = (hash) => hash.startsWith("#p");

/**
 * @param {{ model: string, events: object[], moment: number | null }} content
 * @throws {TooLarge} for what could not be read again
 */
export async function toFragment(content) {
  checkSize(content);
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  limit(bytes.length, BYTES, "bytes in all");
  const fragment = await pack(bytes);
  limit(fragment.length, LINK, "characters");
  return fragment;
}

/** Returns the fragment for any string. */
export async function pack(bytes) {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return PREFIX + toBase64url(new Uint8Array(await new Response(packed).arrayBuffer()));
}

/** @throws {TooLarge} or, where the fragment is cut, changed or of something else, another error */
export async function fromFragment(hash) {
  limit(hash.length, LINK, "characters");
  if (!hash.startsWith(PREFIX)) throw new Error("it comes from another version of the playground");
  const packed = fromBase64url(hash.slice(PREFIX.length));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const content = JSON.parse(await read(stream));
  const isWhole = typeof content?.model === "string" && Array.isArray(content.events) && content.events.every(isEvent);
  if (!isWhole) throw new Error("it contains no playground");
  checkSize(content);
  return {
    model: content.model,
    events: content.events,
    moment: Number.isFinite(content.moment) ? content.moment : null,
  };
}

/** As far as the page needs it; the engine says what else may be wrong with one. */
export function isEvent(event) {
  const { type, at, url } = event ?? {};
  const isTime = Number.isSafeInteger(at) && at >= 0 && at < END;
  return typeof type === "string" && isTime && (url == null || typeof url === "string");
}

async function read(stream) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > BYTES) reader.cancel();
    limit(size, BYTES, "bytes in all");
    text += decoder.decode(value, { stream: true });
  }
}

function toBase64url(bytes) {
  let binary = "";
  for (let from = 0; from < bytes.length; from += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(from, from + 0x8000));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64url(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/**
 * Returns the content of a link, or a sentence that says why it cannot be opened.
 *
 * @param {string} hash
 */
export async function openLink(hash) {
  try {
    const { model, events, moment: chosen } = await fromFragment(hash);
    events.sort((a, b) => a.at - b.at);
    return {
      shared: { model, journey: { visitors: [{ visitor: "shared", events }], chosen: "shared" }, moment: chosen },
    };
  } catch (error) {
    if (error instanceof TooLarge) return { refusal: `This link is too large to be opened: ${error.message}.` };
    return { refusal: "This link is damaged: a part of it seems to be missing. Ask for it again." };
  }
}
