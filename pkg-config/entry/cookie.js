// Sets the cookie that an edge worker reads.
import { read } from "./page.js";

/** Seconds: a year; browsers allow little more. What a script writes, Safari keeps for seven days. */
const AGE = 31_536_000;

/** Sets the cookie; without `isNew` only if there is one already. */
export function setCookie(value, isNew) {
  if (!isNew && !/(^|; )(leadscore|__Host-leadscore-page)=/.test(read(document, "cookie"))) return;
  const isSecure = location.protocol == "https:";
  const rest = "path=/;samesite=lax" + (isSecure ? ";secure" : "");
  // Not shadowed by the page: `<form name="cookie">` would receive the value.
  const write = (name, isOwn) =>
    Reflect.set(
      Object.getPrototypeOf(document),
      "cookie",
      `${name}=${isOwn ? value : ""};max-age=${isOwn ? AGE : 0};${rest}`,
      document,
    );
  // Only HTTPS has names that no other host of the domain can write to.
  write("leadscore", !isSecure);
  write("__Host-leadscore-page", isSecure);
}
