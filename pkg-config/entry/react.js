// `leadscore/react`: runs the tracker while a provider is mounted, and gives components the lead.
"use client";
import { createContext, createElement, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { holder } from "./holder.js";

const Context = createContext(/** @type {ReturnType<typeof holder> | undefined} */ (undefined));

export function LeadscoreProvider({ children, ...options }) {
  const [own] = useState(holder);
  // Options that change later have no effect, because a page has one tracker.
  useEffect(() => own.hold(options), [own]);
  return createElement(Context.Provider, { value: own }, children);
}

export function useLead() {
  const own = useContext(Context);
  if (!own) throw new Error("useLead needs a <LeadscoreProvider> around it");
  const snapshot = useSyncExternalStore(own.subscribe, own.snapshot, () => undefined);
  return useMemo(() => ({ snapshot, ...own.calls }), [own, snapshot]);
}
