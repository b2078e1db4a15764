"use client";
import { useState } from "react";

export function Form() {
  const [sent, setSent] = useState(false);
  const send = (event) => (event.preventDefault(), setSent(true));
  if (sent) return <p>Thanks</p>;
  return (
    <form id="demo" onSubmit={send}>
      <input name="email" />
      <button id="send">Send</button>
    </form>
  );
}
