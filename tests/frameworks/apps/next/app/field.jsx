"use client";
import { useRouter } from "next/navigation";

export function Field() {
  const router = useRouter();
  return <input id="q" onChange={({ target }) => router.replace(`?q=${encodeURIComponent(target.value)}`)} />;
}
