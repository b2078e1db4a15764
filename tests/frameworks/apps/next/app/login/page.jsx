export const metadata = { title: "Log in" };

export default function Page() {
  return <h1>Log in</h1>;
}
