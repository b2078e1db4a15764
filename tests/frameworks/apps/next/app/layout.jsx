import Link from "next/link";
import { LeadscoreProvider } from "leadscore/react";
import { LINKS, idOf } from "../pages.js";

export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        <link rel="icon" href="data:," />
        <script src="/record.js" />
      </head>
      <body>
        <nav>
          {LINKS.map((path) => (
            <Link key={path} id={idOf(path)} href={path}>
              {path}
            </Link>
          ))}
        </nav>
        <LeadscoreProvider model="/acme.lsm">{children}</LeadscoreProvider>
      </body>
    </html>
  );
}
