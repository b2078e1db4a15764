import { Field } from "../field.jsx";

export const metadata = { title: "Search" };

export default function Page() {
  return (
    <>
      <h1>Search</h1>
      <Field />
    </>
  );
}
