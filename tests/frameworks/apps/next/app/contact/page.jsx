import { Form } from "../form.jsx";

export const metadata = { title: "Contact" };

export default function Page() {
  return (
    <>
      <h1>Contact</h1>
      <Form />
    </>
  );
}
